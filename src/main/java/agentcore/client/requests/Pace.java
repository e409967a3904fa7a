package agentcore.client.requests;

import agentcore.client.connection.Loop;
import agentcore.client.connection.Loop.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Limits the requests of a client. The server limits the requests of a user across all connections
 * and closes a connection that continues after many refusals.
 *
 * <p>At most {@link #MAX_IN_FLIGHT} tasks are in flight; after a refusal only one, and one more
 * after each success. After a refusal nothing starts until the server's {@code retry_after} has
 * passed, plus a random time that grows with the number of refusals, so that the clients of one
 * user do not continue at the same moment.
 */
public final class Pace {
  /** Sends a request, and returns its reply; empty if there is nothing to send any more. */
  public interface Task {
    Optional<Reply> run();
  }

  /** Low enough that five connections of one user stay below the 100 refusals that close one. */
  private static final int MAX_IN_FLIGHT = 10;

  /** Every fourth turn goes to background work, even if foreground work is waiting. */
  private static final int BACKGROUND_TURN = 4;

  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_SPREAD = 5;

  private final Loop loop;
  private final RandomGenerator random;
  private final Deque<Task> foreground = new ArrayDeque<>();
  private final Deque<Task> background = new ArrayDeque<>();
  private int inFlight;
  private int limit = MAX_IN_FLIGHT;
  private int refusals;
  private long pausedUntilNanos;
  private Timer timer = Timer.NONE;
  private int turns;

  public Pace(Loop loop, RandomGenerator random) {
    this.loop = loop;
    this.random = random;
    this.pausedUntilNanos = loop.nowNanos();
  }

  /** Returns the time until the next task may start. */
  long pauseNanos() {
    return Math.max(0, pausedUntilNanos - loop.nowNanos());
  }

  /** Runs a task of the application when it gets a turn. */
  void run(Task task) {
    foreground.add(task);
    next();
  }

  /** Runs a task of the client itself when it gets a turn. */
  public void runInBackground(Task task) {
    background.add(task);
    next();
  }

  /**
   * Runs all waiting tasks at once. Used when the client is closed, when the tasks send nothing.
   */
  public void flush() {
    timer.cancel();
    timer = Timer.NONE;
    Deque<Task> waiting = new ArrayDeque<>(foreground);
    waiting.addAll(background);
    foreground.clear();
    background.clear();
    waiting.forEach(this::start);
  }

  private void next() {
    while (inFlight < limit && !(foreground.isEmpty() && background.isEmpty())) {
      long pause = pauseNanos();
      if (pause > 0) {
        if (!timer.isSet()) {
          timer =
              loop.after(
                  Duration.ofNanos(pause),
                  () -> {
                    timer = Timer.NONE;
                    next();
                  });
        }
        return;
      }
      start(take());
    }
  }

  private Task take() {
    boolean isBackground =
        foreground.isEmpty() || (!background.isEmpty() && turns % BACKGROUND_TURN == 0);
    return (isBackground ? background : foreground).remove();
  }

  private void start(Task task) {
    Optional<Reply> reply = task.run();
    if (reply.isEmpty()) {
      return;
    }
    turns++;
    inFlight++;
    reply.get().then(event -> succeeded(), this::failed);
  }

  private void succeeded() {
    refusals = 0;
    limit = Math.min(MAX_IN_FLIGHT, limit + 1);
    ended();
  }

  private void failed(Failure failure) {
    if (failure.is("RATE_LIMIT_EXCEEDED")) {
      refused(failure.retryAfterNanosOr(WAIT_NANOS));
    }
    ended();
  }

  private void refused(long retryAfterNanos) {
    if (pauseNanos() == 0) {
      refusals = Math.min(MAX_SPREAD, refusals + 1);
    }
    limit = 1;
    double spread = random.nextDouble() * refusals * Math.min(retryAfterNanos, WAIT_NANOS);
    long until = loop.nowNanos() + retryAfterNanos + (long) spread;
    pausedUntilNanos = until - pausedUntilNanos > 0 ? until : pausedUntilNanos;
  }

  private void ended() {
    inFlight--;
    next();
  }
}
