package agentcore.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Writes log lines on a thread of its own, so that no thread that logs waits for the standard
 * error. Nobody may be reading from that pipe, and a server is not to stand still for its log.
 *
 * <p>What waits to be written is bounded. Lines beyond the bound are dropped, and a line says how
 * many as soon as there is room.
 *
 * <p>Invariant: only this thread writes, and it holds no lock while it does.
 */
final class LogWriter implements AutoCloseable {
  static final int MAX_WAITING_CHARS = 256 * 1024;

  /** What waits is written before the program ends, unless that takes longer. */
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
   * Makes a writer.
   *
   * @param aboutDropped makes the line that says how many lines were dropped
   */
  LogWriter(PrintStream out, LongFunction<String> aboutDropped) {
    this.out = out;
    this.aboutDropped = aboutDropped;
  }

  void start() {
    thread.start();
  }

  /** Adds a line, or drops it. Never waits for the output. */
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

  /** Waits for lines; nothing means that it was closed. */
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

  /** Waits until all lines so far are written, but not for long. */
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

  /** Writes what waits and ends the thread; idempotent. */
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
