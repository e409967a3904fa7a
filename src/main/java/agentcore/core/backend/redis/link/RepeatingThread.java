package agentcore.core.backend.redis.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A daemon thread that runs a task again and again until it is closed, whatever the task throws.
 */
public final class RepeatingThread implements AutoCloseable {
  private static final Duration PAUSE_AFTER_DEFECT = Duration.ofMillis(100);
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(1);
  private static final long MIN_BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MAX_BACK_OFF_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Logger LOG = System.getLogger(RepeatingThread.class.getName());

  private final Runnable task;
  private final Thread thread;
  private volatile boolean closed;
  private long backOffNanos = MIN_BACK_OFF_NANOS;

  /**
   * Creates the thread without starting it.
   *
   * @param task returns soon after an interrupt, and calls {@link #pause} when it has nothing to do
   */
  public RepeatingThread(String name, Runnable task) {
    this.task = task;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        task.run();
      } catch (Throwable defect) {
        report(defect);
        pause(PAUSE_AFTER_DEFECT);
      }
    }
  }

  /** Logging may fail too, for example when there is no memory left. */
  @SuppressWarnings("EmptyCatch")
  private void report(Throwable defect) {
    try {
      LOG.log(Level.ERROR, thread.getName() + " failed and continues", defect);
    } catch (Throwable ignored) {
      // the next run matters more
    }
  }

  /** Pauses; to be called by the task. {@link #wake} and {@link #close} end the pause early. */
  public void pause(Duration time) {
    if (!closed) {
      LockSupport.parkNanos(time.toNanos());
    }
  }

  /** Pauses before the next attempt to connect: twice as long after each short one, jittered. */
  void backOff(Duration lasted) {
    if (lasted.compareTo(LONG_ENOUGH) > 0) {
      backOffNanos = MIN_BACK_OFF_NANOS;
    }
    long nanos = ThreadLocalRandom.current().nextLong(backOffNanos / 2, backOffNanos);
    backOffNanos = Math.min(backOffNanos * 2, MAX_BACK_OFF_NANOS);
    pause(Duration.ofNanos(nanos));
  }

  /** Ends the current or the next pause. */
  public void wake() {
    LockSupport.unpark(thread);
  }

  /** Returns whether the caller is this thread. */
  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Returns whether the current run of the task is the last. */
  public boolean isClosed() {
    return closed;
  }

  /** Lets the current run of the task be the last. Does not wait for its end. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
