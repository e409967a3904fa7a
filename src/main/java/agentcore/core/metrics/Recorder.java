package agentcore.core.metrics;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Takes a sample at regular intervals and keeps the newest ones. One thread takes them, so what is
 * sampled pays nothing for it.
 *
 * @param <T> an immutable sample
 */
public final class Recorder<T> implements AutoCloseable {
  private static final LimitedLog DEFECTS =
      new LimitedLog(System.getLogger(Recorder.class.getName()), "samples that failed");

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<T> newest = new ArrayDeque<>();
  private final Supplier<T> source;
  private final long intervalNanos;
  private final int size;
  private final Thread thread = Thread.ofVirtual().name("recorder").unstarted(this::run);
  private volatile boolean closed;

  /**
   * Creates a recorder, which {@link #start} starts.
   *
   * @param source called by the recorder's thread; must not block
   * @param size the most samples; the oldest is dropped for a new one
   */
  public Recorder(Supplier<T> source, Duration interval, int size) {
    this.source = source;
    this.intervalNanos = interval.toNanos();
    this.size = size;
  }

  /** Starts the thread, which takes the first sample at once. */
  public void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        record();
      } catch (Throwable defect) { // of a gauge, which another program may have written
        DEFECTS.error("taking a sample failed", defect);
      }
      LockSupport.parkNanos(intervalNanos);
    }
  }

  /** Takes a sample. */
  void record() {
    T sample = source.get();
    lock.lock();
    try {
      newest.addLast(sample);
      if (newest.size() > size) {
        newest.removeFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the samples that are kept, oldest first. Any thread. */
  public List<T> samples() {
    lock.lock();
    try {
      return List.copyOf(newest);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the thread has begun and not ended. */
  boolean isRunning() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
