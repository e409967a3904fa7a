package agentcore.core.dispatch;

import agentcore.core.backend.TokenBuckets;
import agentcore.core.connection.Safely;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The token buckets that handlers use to limit what users do, one for each name, shared by all
 * servers. Safe for all threads.
 *
 * <p>A bucket is removed when it is full and its tokens were taken from the backend. There are at
 * most as many as names that were used within the time that it takes to fill one.
 */
public final class SharedBuckets {
  /** No user id contains it, so no bucket is that of a user's rate limit. */
  private static final String PREFIX = "/";

  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConcurrentHashMap<String, Holder> byName = new ConcurrentHashMap<>();
  private final TokenBuckets backend;
  private final LongSupplier nanoTime;
  private final AtomicLong sweptNanos;

  /** A bucket and the lock that guards it. */
  private static final class Holder {
    final ReentrantLock lock = new ReentrantLock();
    final SharedBucket bucket;
    boolean removed;

    Holder(SharedBucket bucket) {
      this.bucket = bucket;
    }
  }

  /**
   * Creates full buckets.
   *
   * @param backend the buckets that all servers share
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  public SharedBuckets(TokenBuckets backend, LongSupplier nanoTime) {
    this.backend = backend;
    this.nanoTime = nanoTime;
    this.sweptNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * Takes a token from a bucket, or returns the time until there is one. May wait for the backend,
   * for a tenth of a second at most.
   *
   * @param rate always the same for one name
   */
  Optional<Duration> take(String name, TokenBuckets.Rate rate) {
    sweepOnceASecond();
    while (true) {
      Holder holder =
          byName.computeIfAbsent(
              name, key -> new Holder(new SharedBucket(PREFIX + key, backend, rate, nanoTime)));
      holder.lock.lock();
      try {
        if (!holder.removed) {
          return holder.bucket.take();
        }
      } finally {
        holder.lock.unlock();
      }
    }
  }

  private void sweepOnceASecond() {
    long now = nanoTime.getAsLong();
    long last = sweptNanos.get();
    if (now - last >= SWEEP_NANOS && sweptNanos.compareAndSet(last, now)) {
      byName.forEach(this::sweep);
    }
  }

  private void sweep(String name, Holder holder) {
    if (holder.lock.tryLock()) { // otherwise it is in use, and perhaps waits for the backend
      try {
        if (holder.bucket.isFull()) { // on another thread, since it asks the backend
          Safely.runInBackground("settle", () -> settle(name, holder));
        }
      } finally {
        holder.lock.unlock();
      }
    }
  }

  private void settle(String name, Holder holder) {
    holder.lock.lock();
    try {
      if (!holder.removed && holder.bucket.settle()) {
        holder.removed = byName.remove(name, holder);
      }
    } finally {
      holder.lock.unlock();
    }
  }

  /** Returns the number of buckets. */
  int size() {
    return byName.size();
  }
}
