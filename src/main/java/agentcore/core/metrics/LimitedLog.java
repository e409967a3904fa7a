package agentcore.core.metrics;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Log lines that clients can cause: at most {@link #LINES_PER_SECOND} a second. If lines are
 * omitted, one more line reports their number a second later. Safe for all threads.
 */
public final class LimitedLog {
  static final int LINES_PER_SECOND = 50;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Logger log;
  private final String subject;
  private final LongSupplier nanoTime;
  private final Executor inASecond;
  private final AtomicLong omitted = new AtomicLong();
  private long startNanos;
  private long written;

  /**
   * Creates a log with its own limit.
   *
   * @param subject what the lines are about, such as {@code "closed connections"}
   */
  public LimitedLog(Logger log, String subject) {
    this(
        log,
        subject,
        System::nanoTime,
        CompletableFuture.delayedExecutor(SECOND_NANOS, TimeUnit.NANOSECONDS));
  }

  LimitedLog(Logger log, String subject, LongSupplier nanoTime, Executor inASecond) {
    this.log = log;
    this.subject = subject;
    this.nanoTime = nanoTime;
    this.inASecond = inASecond;
    this.startNanos = nanoTime.getAsLong();
  }

  /** Writes a line at INFO, or counts it as omitted. */
  public void info(String format, Object... values) {
    if (log.isLoggable(Level.INFO) && mayWrite(Level.INFO)) {
      log.log(Level.INFO, format, values);
    }
  }

  /** Writes a line at ERROR with a stack trace, or counts it as omitted. */
  public void error(String line, Throwable defect) {
    if (mayWrite(Level.ERROR)) {
      log.log(Level.ERROR, line, defect);
    }
  }

  private boolean mayWrite(Level level) {
    if (isWithinLimit()) {
      return true;
    }
    if (omitted.getAndIncrement() == 0) {
      try {
        inASecond.execute(() -> reportOmitted(level));
      } catch (Throwable noThread) { // for example, no memory for it
        reportOmitted(level);
      }
    }
    return false;
  }

  private boolean isWithinLimit() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (now - startNanos >= SECOND_NANOS) {
        startNanos = now;
        written = 0;
      }
      written++;
      return written <= LINES_PER_SECOND;
    } finally {
      lock.unlock();
    }
  }

  private void reportOmitted(Level level) {
    log.log(level, "omitted lines=" + omitted.getAndSet(0) + " about=\"" + subject + "\"");
  }
}
