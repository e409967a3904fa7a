package agentcore.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Writes log lines on a thread of its own, so that logging never blocks: nobody may be reading from
 * the pipe that is standard error.
 *
 * <p>The queue of lines is bounded. Further lines are dropped, and a line says how many as soon as
 * there is space again.
 *
 * <p>Invariant: only this thread writes, and it holds no lock while it writes.
 */
final class LogWriter implements AutoCloseable {
  static final int MAX_WAITING_CHARS = 256 * 1024;

  /** At the end of the program, waiting lines are written within this time or lost. */
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final Condition written = lock.newCondition();
  private final PrintStream out;
  private final LongFunction<String> aboutDropped;
  private final Thread thread = Thread.ofPlatform().daemon().name("log").unstarted(this::run);
  private StringBuilder waiting = new StringBuilder();
  private long dropped;
  private boolean writing;
  private boolean closed;

  /**
   * Creates a writer.
   *
   * @param aboutDropped returns the line that says how many lines were dropped
   */
  LogWriter(PrintStream out, LongFunction<String> aboutDropped) {
    this.out = out;
    this.aboutDropped = aboutDropped;
  }

  void start() {
    thread.start();
  }

  /** Queues a line, or drops it if the queue is full. Never blocks. */
  void write(String line) {
    lock.lock();
    try {
      if (closed || waiting.length() + line.length() > MAX_WAITING_CHARS) {
        dropped++;
      } else {
        waiting.append(line).append(System.lineSeparator());
        added.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (String text = take(); !text.isEmpty(); text = take()) {
        out.print(text);
        out.flush();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for lines and returns them; empty after {@link #close}. */
  private String take() throws InterruptedException {
    lock.lock();
    try {
      writing = false;
      written.signalAll();
      while (waiting.isEmpty() && !closed) {
        added.await();
      }
      if (dropped > 0) {
        waiting.append(aboutDropped.apply(dropped)).append(System.lineSeparator());
        dropped = 0;
      }
      String text = waiting.toString();
      writing = !text.isEmpty();
      waiting = new StringBuilder();
      return text;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the queued lines are written, at most {@link #FLUSH_TIMEOUT}. */
  void flush() {
    lock.lock();
    try {
      long leftNanos = FLUSH_TIMEOUT.toNanos();
      while ((writing || !waiting.isEmpty()) && leftNanos > 0) {
        leftNanos = written.awaitNanos(leftNanos);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Writes the queued lines and ends the thread; idempotent. */
  @Override
  public void close() {
    flush();
    lock.lock();
    try {
      closed = true;
      added.signal();
    } finally {
      lock.unlock();
    }
  }
}
