package agentcore.example.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Limits the requests of each API key on this server: a token bucket of one second's worth. */
final class ApiRate {
  private static final double SECOND_NANOS = 1e9;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Bucket> buckets = new HashMap<>();
  private final int perSecond;
  private final LongSupplier nanoTime;

  private record Bucket(double tokens, long nanos) {}

  /**
   * Creates full buckets.
   *
   * @param perSecond 0 for no limit
   */
  ApiRate(int perSecond, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes tokens if the bucket has at least one: a batch may overdraw it, and the next request
   * waits.
   *
   * @return how long to wait for the next token; empty if they were taken
   */
  Optional<Duration> take(String key, int count) {
    if (perSecond == 0) {
      return Optional.empty();
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      Bucket before = buckets.getOrDefault(key, new Bucket(perSecond, now));
      double refilled = (now - before.nanos()) / SECOND_NANOS * perSecond;
      double tokens = Math.min(perSecond, before.tokens() + refilled);
      boolean isGranted = tokens >= 1;
      buckets.put(key, new Bucket(isGranted ? tokens - count : tokens, now));
      return isGranted
          ? Optional.empty()
          : Optional.of(Duration.ofNanos((long) ((1 - tokens) / perSecond * SECOND_NANOS)));
    } finally {
      lock.unlock();
    }
  }
}
