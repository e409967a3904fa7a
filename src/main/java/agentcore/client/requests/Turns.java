package agentcore.client.requests;

import agentcore.client.connection.Loop;
import agentcore.client.connection.Loop.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Schedules background requests. Requests as many turns of the pace as there are jobs. Each turn
 * chooses its job when it begins, so a late turn does not repeat work. After a failure all jobs
 * pause, for a time that doubles, because an error such as an unreachable store affects all rooms.
 */
public final class Turns {
  /** The jobs. */
  public interface Jobs {
    /** Returns the number of jobs. */
    int count();

    /** Starts the next job, if there is one. */
    Optional<Reply> next();
  }

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_DOUBLINGS = 3;

  private final Loop loop;
  private final Pace pace;
  private final RandomGenerator random;
  private final BooleanSupplier isOnline;
  private final Jobs jobs;
  private int asked;
  private int failures;
  private Timer timer = Timer.NONE;

  public Turns(Loop loop, Pace pace, RandomGenerator random, BooleanSupplier isOnline, Jobs jobs) {
    this.loop = loop;
    this.pace = pace;
    this.random = random;
    this.isOnline = isOnline;
    this.jobs = jobs;
  }

  /** Requests the turns that the jobs still need. */
  public void ask() {
    if (!mayWork()) {
      return;
    }
    for (int missing = jobs.count() - asked; missing > 0; missing--) {
      asked++;
      pace.runInBackground(this::take);
    }
  }

  private Optional<Reply> take() {
    asked--;
    return mayWork() ? jobs.next() : Optional.empty();
  }

  private boolean mayWork() {
    return isOnline.getAsBoolean() && !timer.isSet();
  }

  /** Retries a failed job after a pause, or as soon as the rate limit allows. */
  public void retry(Failure failure) {
    if (failure.is("RATE_LIMIT_EXCEEDED")) {
      ask();
    } else {
      pause();
    }
  }

  /** Pauses, and then requests turns. */
  public void pause() {
    if (!mayWork()) {
      return;
    }
    long pause = PAUSE_NANOS << Math.min(MAX_DOUBLINGS, failures++);
    timer =
        loop.after(
            Duration.ofNanos((long) (pause * (0.75 + random.nextDouble() / 2))),
            () -> {
              timer = Timer.NONE;
              ask();
            });
  }

  /** Notes that a job has succeeded, and resets the pause. */
  public void succeeded() {
    failures = 0;
  }

  /** Ends the pause, because the connection has ended. */
  public void stop() {
    timer.cancel();
    timer = Timer.NONE;
    failures = 0;
  }
}
