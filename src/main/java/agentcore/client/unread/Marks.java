package agentcore.client.unread;

import agentcore.client.connection.Loop;
import agentcore.client.connection.Loop.Timer;
import agentcore.client.requests.Pace;
import agentcore.client.requests.Reply;
import agentcore.client.requests.Requests;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends the read markers of this client: at most one {@code mark_read} a second, the oldest first;
 * a later marker of the same room or person replaces an earlier one. Without a connection they
 * wait.
 */
public final class Marks {
  /** A marker in the log with this epoch. */
  private record Mark(Place place, String epoch, long seq) {}

  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Loop loop;
  private final Requests requests;
  private final Pace pace;
  private final BooleanSupplier isOnline;
  private final Unread unread;
  private final Map<Place, Mark> waiting = new LinkedHashMap<>();

  /** Whether a turn is requested or a request is in flight. */
  private boolean isBusy;

  private Timer timer = Timer.NONE;
  private long notBeforeNanos;

  /** Creates the markers of {@code unread}. */
  public Marks(Loop loop, Requests requests, Pace pace, BooleanSupplier isOnline, Unread unread) {
    this.loop = loop;
    this.requests = requests;
    this.pace = pace;
    this.isOnline = isOnline;
    this.unread = unread;
    this.notBeforeNanos = loop.nowNanos();
  }

  /** Moves the marker of a room or person, unless it is there already, and sends it. */
  public void read(Place place, long seq) {
    if (unread.read(place, seq)) {
      waiting.put(place, new Mark(place, unread.epoch(place), seq));
      next();
    }
  }

  /** Begins to send, because there is a connection to a server that keeps read markers. */
  public void open() {
    next();
  }

  /** Notes that the connection has ended. Unsent markers wait. */
  public void disconnected() {
    timer.cancel();
    timer = Timer.NONE;
  }

  private void next() {
    if (timer.isSet() || isBusy || waiting.isEmpty() || !isOnline.getAsBoolean()) {
      return;
    }
    long wait = notBeforeNanos - loop.nowNanos();
    if (wait > 0) {
      timer =
          loop.after(
              Duration.ofNanos(wait),
              () -> {
                timer = Timer.NONE;
                next();
              });
      return;
    }
    isBusy = true;
    pace.runInBackground(this::sendFirst);
  }

  private Optional<Reply> sendFirst() {
    Optional<Mark> first = waiting.values().stream().findFirst();
    if (first.isEmpty() || !isOnline.getAsBoolean()) {
      ended();
      return Optional.empty();
    }
    Mark mark = first.get();
    waiting.remove(mark.place());
    if (!unread.epoch(mark.place()).equals(mark.epoch())) {
      ended();
      return Optional.empty();
    }
    notBeforeNanos = loop.nowNanos() + EVERY_NANOS;
    Reply reply = requests.send("mark_read", mark.place().marker(mark.seq()));
    reply.then(
        marker -> ended(),
        failure -> {
          if (!failure.isRetryable() && !failure.is("CLOSED")) {
            unread.distrust(mark.place());
          } else {
            waiting.putIfAbsent(mark.place(), mark);
          }
          ended();
        });
    return Optional.of(reply);
  }

  private void ended() {
    isBusy = false;
    next();
  }
}
