package agentcore.core.connection;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Up to where the members of a group were told, all of them, and who waits until they are. Safe for
 * all threads, and without a lock: whoever gave a group's lock up to wait would not look into its
 * inbox again, as everyone who lets go of it must.
 */
final class Told {
  static final Duration PATIENCE = Duration.ofMillis(500);

  private final long patienceNanos;
  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private volatile long told;

  Told(Duration patience) {
    patienceNanos = patience.toNanos();
  }

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
    long deadlineNanos = System.nanoTime() + patienceNanos;
    long leftNanos = patienceNanos;
    while (told < seq && leftNanos > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(leftNanos);
      leftNanos = deadlineNanos - System.nanoTime();
    }
    waiting.remove(Thread.currentThread());
    return told >= seq;
  }
}
