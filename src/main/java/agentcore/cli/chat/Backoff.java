package agentcore.cli.chat;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before connecting again: any time up to a bound that doubles with each attempt
 * ("full jitter", Brooker, Exponential Backoff And Jitter, 2015). The clients of a server that went
 * down so come back one after the other.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MAX_DOUBLINGS = 10;

  /** How long to wait at least where the server asked to come back later. */
  private static final Duration LATER = Duration.ofSeconds(2);

  private final RandomGenerator random;
  private int attempts;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** Returns how long to wait now. */
  Duration next(boolean later) {
    long bound = FIRST.toNanos() << Math.min(attempts++, MAX_DOUBLINGS);
    long jitter = random.nextLong(Math.min(bound, LONGEST.toNanos()) + 1);
    return Duration.ofNanos(jitter).plus(later ? LATER : Duration.ZERO);
  }

  /** Begins anew, after a connection that lasted. */
  void reset() {
    attempts = 0;
  }
}
