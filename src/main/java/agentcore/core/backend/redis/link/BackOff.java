package agentcore.core.backend.redis.link;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The pause before the next attempt to connect: doubled after each short connection, jittered. */
final class BackOff {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(1);
  private static final long MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

  private long nanos = MIN_NANOS;

  /** Returns the pause after a connection that lasted for {@code lasted}. */
  Duration next(Duration lasted) {
    if (lasted.compareTo(LONG_ENOUGH) > 0) {
      nanos = MIN_NANOS;
    }
    long pause = ThreadLocalRandom.current().nextLong(nanos / 2, nanos);
    nanos = Math.min(nanos * 2, MAX_NANOS);
    return Duration.ofNanos(pause);
  }
}
