package agentcore.example;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Limits how often something happens on this server: a token bucket for each key. The keys are few,
 * and not chosen by clients, since their buckets are kept.
 */
public final class LocalRate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Bucket> buckets = new HashMap<>();
  private final int capacity;
  private final double periodNanos;
  private final LongSupplier nanoTime;

  private record Bucket(double tokens, long nanos) {}

  /**
   * Creates full buckets.
   *
   * @param capacity the tokens of a full bucket; 0 for no limit
   * @param period in which an empty bucket fills
   */
  public LocalRate(int capacity, Duration period, LongSupplier nanoTime) {
    this.capacity = capacity;
    this.periodNanos = period.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * Takes tokens if the bucket has at least one: a batch may overdraw it, and the next request
   * waits.
   *
   * @return how long to wait for the next token; empty if they were taken
   */
  public Optional<Duration> take(String key, int count) {
    if (capacity == 0) {
      return Optional.empty();
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      Bucket before = buckets.getOrDefault(key, new Bucket(capacity, now));
      double refilled = (now - before.nanos()) / periodNanos * capacity;
      double tokens = Math.min(capacity, before.tokens() + refilled);
      boolean isGranted = tokens >= 1;
      buckets.put(key, new Bucket(isGranted ? tokens - count : tokens, now));
      return isGranted
          ? Optional.empty()
          : Optional.of(Duration.ofNanos((long) ((1 - tokens) / capacity * periodNanos)));
    } finally {
      lock.unlock();
    }
  }
}
