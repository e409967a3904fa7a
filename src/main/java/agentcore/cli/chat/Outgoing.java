package agentcore.cli.chat;

import agentcore.cli.chat.Request.Purpose;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The requests that are not answered yet, in order. One at a time is with the server: so what was
 * typed stays in its order, even where a request has to be sent again.
 *
 * <p>Bounded by whoever adds: a line is read when the requests of the one before are answered.
 * Times are those of {@link System#nanoTime()}. For one thread.
 */
final class Outgoing {
  private static final class Pending {
    final Request request;
    boolean wasSent;
    long firstSentNanos;
    long lastSentNanos;
    long notBeforeNanos;

    Pending(Request request, long nowNanos) {
      this.request = request;
      this.notBeforeNanos = nowNanos;
    }
  }

  private final Deque<Pending> waiting = new ArrayDeque<>();
  private final long patienceNanos;
  private Optional<Pending> current = Optional.empty();

  /** Gives a request up so long after it was first sent: servers forget its id some time later. */
  Outgoing(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  void add(Request request, long nowNanos) {
    waiting.add(new Pending(request, nowNanos));
  }

  /** Adds requests before all others. */
  void addFirst(List<Request> requests, long nowNanos) {
    requests.reversed().forEach(request -> waiting.addFirst(new Pending(request, nowNanos)));
  }

  boolean isEmpty() {
    return waiting.isEmpty() && current.isEmpty();
  }

  int size() {
    return waiting.size() + (current.isPresent() ? 1 : 0);
  }

  /** Returns the request that is with the server. */
  Optional<Request> current() {
    return current.map(pending -> pending.request);
  }

  /** Returns when that was sent; nothing where there is none. */
  Optional<Long> sentNanos() {
    return current.map(pending -> pending.lastSentNanos);
  }

  /** Returns the request whose turn it is, and takes it for sent. */
  Optional<Request> next(long nowNanos) {
    Pending first = waiting.peek();
    if (current.isPresent() || first == null || first.notBeforeNanos - nowNanos > 0) {
      return Optional.empty();
    }
    waiting.remove();
    if (!first.wasSent) {
      first.wasSent = true;
      first.firstSentNanos = nowNanos;
    }
    first.lastSentNanos = nowNanos;
    current = first.request.isAnswered() ? Optional.of(first) : Optional.empty();
    return Optional.of(first.request);
  }

  /** The request that is with the server was answered. */
  void answered() {
    current = Optional.empty();
  }

  /** The request that is with the server is to be sent again, after {@code pause}. */
  void repeat(Duration pause, long nowNanos) {
    Pending pending = current.orElseThrow();
    pending.notBeforeNanos = nowNanos + pause.toNanos();
    waiting.addFirst(pending);
    current = Optional.empty();
  }

  /**
   * The connection was lost: what was with the server goes first on the next one.
   *
   * @return the request of which nobody knows whether it was done, and that must not be repeated
   */
  Optional<Request> lost(long nowNanos) {
    Optional<Pending> interrupted = current;
    current = Optional.empty();
    waiting.removeIf(pending -> isOfConnection(pending.request));
    if (interrupted.isEmpty() || isOfConnection(interrupted.get().request)) {
      return Optional.empty();
    }
    if (!interrupted.get().request.isRepeatable()) {
      return Optional.of(interrupted.get().request);
    }
    interrupted.get().notBeforeNanos = nowNanos;
    waiting.addFirst(interrupted.get());
    return Optional.empty();
  }

  /** Each connection makes these anew. */
  private static boolean isOfConnection(Request request) {
    return request.purpose() == Purpose.RESUME || request.purpose() == Purpose.CATCH_UP;
  }

  /** Takes the requests out that were sent too long ago to be sent again. */
  List<Request> giveUp(long nowNanos) {
    List<Request> old = new ArrayList<>();
    for (Pending pending : List.copyOf(waiting)) {
      if (pending.wasSent
          && !isOfConnection(pending.request)
          && nowNanos - pending.firstSentNanos > patienceNanos) {
        waiting.remove(pending);
        old.add(pending.request);
      }
    }
    return old;
  }
}
