package agentcore.core.backend.redis.link;

import java.util.List;

/** The clock of a primary, as this machine knows it. */
public final class RedisClock {
  private volatile long offsetMillis;

  /**
   * Creates a clock.
   *
   * @param offsetMillis assumed until the primary has reported its time
   */
  RedisClock(long offsetMillis) {
    this.offsetMillis = offsetMillis;
  }

  /** Sets the time of Redis, which may drift from this machine's. */
  public void set(long redisMillis) {
    offsetMillis = redisMillis - nowMillis();
  }

  /**
   * Sets the time of Redis from a reply to TIME.
   *
   * @throws NumberFormatException if it is the reply to another command
   * @throws IndexOutOfBoundsException likewise
   */
  public void set(Object reply) {
    List<String> time = Reply.texts(reply);
    set(Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000);
  }

  /** Returns how far the clock of Redis is ahead of this machine's monotonic clock. */
  public long offsetMillis() {
    return offsetMillis;
  }

  /** Returns the time of Redis by which a caller that starts now will have given up. */
  public long deadlineMillis() {
    return nowMillis() + offsetMillis + Reply.TIMEOUT.toMillis();
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}
