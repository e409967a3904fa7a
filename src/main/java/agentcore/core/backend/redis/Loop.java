package agentcore.core.backend.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that takes one turn after the other until it is closed.
 *
 * <p>Invariant: whatever a turn throws, another turn follows.
 */
final class Loop implements AutoCloseable {
  private static final Duration PAUSE_AFTER_DEFECT = Duration.ofMillis(100);
  private static final Logger LOG = System.getLogger(Loop.class.getName());

  private final Runnable turn;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Makes one that is not started.
   *
   * @param turn ends soon after an interrupt; pauses by {@link #pause} where there is nothing to do
   */
  Loop(String name, Runnable turn) {
    this.turn = turn;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        turn.run();
      } catch (Throwable defect) {
        report(defect);
        pause(PAUSE_AFTER_DEFECT);
      }
    }
  }

  /** To log is work, too: it may fail for want of memory. */
  @SuppressWarnings("EmptyCatch")
  private void report(Throwable defect) {
    try {
      LOG.log(Level.ERROR, "a turn of " + thread.getName() + " failed", defect);
    } catch (Throwable unspeakable) {
      // the next turn is more important
    }
  }

  /** Waits on the loop's own thread; {@link #wake} and {@link #close} end it early. */
  void pause(Duration time) {
    if (!closed) {
      LockSupport.parkNanos(time.toNanos());
    }
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends the loop after this turn. Does not wait for that. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
