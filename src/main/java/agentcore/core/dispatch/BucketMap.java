package agentcore.core.dispatch;

import agentcore.core.connection.Safely;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * Buckets by name, each guarded by a lock of its own. Safe for all threads.
 *
 * <p>A bucket is removed when it is full and settled with the backend, so nothing is gained by its
 * removal. There are at most as many as names that were used within the time that it takes to fill
 * one.
 */
final class BucketMap<B extends BucketMap.Bucket> {
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConcurrentHashMap<String, Holder<B>> byName = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private final AtomicLong sweptNanos;
  private final AtomicBoolean isSweeping = new AtomicBoolean();

  /** A bucket, whose methods are called under its lock. */
  interface Bucket {
    boolean isFull(long nowNanos);

    /**
     * Takes the tokens from the backend that it is owed, or gives back what was taken in advance.
     *
     * @return whether this bucket is no longer needed: a new one would do the same
     */
    boolean settle(long nowNanos);
  }

  /** Uses a bucket at a time. */
  interface Use<B, T> {
    T apply(B bucket, long nowNanos);
  }

  private static final class Holder<B> {
    final ReentrantLock lock = new ReentrantLock();
    final B bucket;
    boolean removed;

    Holder(B bucket) {
      this.bucket = bucket;
    }
  }

  /**
   * Creates an empty map.
   *
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  BucketMap(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.sweptNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /** Uses the bucket of this name, which is created at a time if there is none. */
  <T> T use(String name, LongFunction<B> create, Use<B, T> use) {
    sweepOnceASecond();
    while (true) {
      Holder<B> holder =
          byName.computeIfAbsent(name, key -> new Holder<>(create.apply(nanoTime.getAsLong())));
      holder.lock.lock();
      try {
        if (!holder.removed) {
          return use.apply(holder.bucket, nanoTime.getAsLong());
        }
      } finally {
        holder.lock.unlock();
      }
    }
  }

  private void sweepOnceASecond() {
    long now = nanoTime.getAsLong();
    long last = sweptNanos.get();
    if (now - last >= SWEEP_NANOS && isSweeping.compareAndSet(false, true)) {
      sweptNanos.set(now);
      Safely.runInBackground("bucket-sweep", this::sweep); // since it asks the backend
    }
  }

  /** Settles the full buckets, one after the other. */
  private void sweep() {
    try {
      byName.forEach(
          (name, holder) -> {
            // A bucket in use is not full, or waits for the backend.
            if (holder.lock.tryLock()) {
              try {
                if (holder.bucket.isFull(nanoTime.getAsLong())) {
                  settle(name, holder);
                }
              } finally {
                holder.lock.unlock();
              }
            }
          });
    } finally {
      isSweeping.set(false);
    }
  }

  /** Settles the bucket of this name, if there is one. May wait for the backend. */
  void settle(String name) {
    Holder<B> holder = byName.get(name);
    if (holder != null) {
      holder.lock.lock();
      try {
        settle(name, holder);
      } finally {
        holder.lock.unlock();
      }
    }
  }

  private void settle(String name, Holder<B> holder) {
    if (!holder.removed && holder.bucket.settle(nanoTime.getAsLong())) {
      holder.removed = byName.remove(name, holder);
    }
  }

  int size() {
    return byName.size();
  }
}
