package agentcore.core.connection;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Up to where the members of a group were told, all of them, and who waits until they are. Safe for
 * all threads, and without a lock: whoever gave a group's lock up to wait would not look into its
 * inbox again, as everyone who lets go of it must.
 */
final class Told {
  private static final long MAX_AWAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private volatile long told;

  /** Says that everything up to this seq is in every outbox: who waits for it may go on. */
  void upTo(long seq) {
    if (seq != told) {
      told = seq;
      waiting.forEach(LockSupport::unpark);
    }
  }

  /**
   * Waits for a seq, for a while.
   *
   * @return whether it was told
   */
  boolean await(long seq) {
    if (told >= seq) {
      return true;
    }
    waiting.add(Thread.currentThread());
    long deadlineNanos = System.nanoTime() + MAX_AWAIT_NANOS;
    long leftNanos = MAX_AWAIT_NANOS;
    while (told < seq && leftNanos > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(leftNanos);
      leftNanos = deadlineNanos - System.nanoTime();
    }
    waiting.remove(Thread.currentThread());
    return told >= seq;
  }
}
