package agentcore.cli.common;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before another attempt: a random time up to a bound that doubles with each
 * attempt ("full jitter", Brooker, Exponential Backoff And Jitter, 2015). So the clients of a
 * server that went down do not all return at once.
 */
public final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MAX_DOUBLINGS = 10;

  private final RandomGenerator random;
  private int attempts;

  /** Creates the pauses before the first attempts. */
  public Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** Returns how long to wait before the next attempt. */
  public Duration next() {
    long bound = FIRST.toNanos() << Math.min(attempts++, MAX_DOUBLINGS);
    return Duration.ofNanos(random.nextLong(Math.min(bound, LONGEST.toNanos()) + 1));
  }
}
