package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory for everything that is sent: frames that wait or are being written, replies that are
 * being built, and HTTP answers, of all peers together. Safe for all threads.
 *
 * <p>An event is always charged, since offering must not block; if that overdraws the budget,
 * {@link Relief} ends peers until it fits again. A handler that builds a large reply reserves the
 * memory first, and waits while too much is taken.
 */
public final class SendBudget {
  /** A reservation is refused after this time. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** The waiting thread starts the relief again after this time: a peer may be stuck by then. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final long limit;
  private final Relief relief;
  private final Set<Recipient> answers = ConcurrentHashMap.newKeySet();
  private final AtomicLong taken = new AtomicLong();

  /** The part of {@code taken} that is held by peers that are being ended. */
  private final AtomicLong leaving = new AtomicLong();

  private final AtomicInteger waiting = new AtomicInteger();

  /** Held by the thread whose turn it is to wait for free bytes; the others wait for the lock. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private volatile long wanted;
  private volatile Thread waiter = Thread.currentThread();

  /**
   * Makes a budget.
   *
   * @param limit bytes
   * @param connections a live view of the peers that may be ended
   */
  SendBudget(long limit, Collection<? extends Recipient> connections) {
    this.limit = limit;
    this.relief = new Relief(this, connections, answers);
  }

  /** Adds an HTTP peer to those that may be ended to free memory. */
  public void add(Recipient answer) {
    answers.add(answer);
  }

  /** Removes what {@link #add} added. */
  public void remove(Recipient answer) {
    answers.remove(answer);
  }

  /**
   * Takes memory for a reply before it is built; waits while there is too little, but not for long.
   * Peers that take nothing are ended for it. More than half of the budget is never taken.
   *
   * @return to be closed when the reply has been handed over
   * @throws BackendException if there is too little for several seconds
   */
  public Charge reserve(long bytes) {
    long amount = Math.min(bytes, limit / 2);
    if (waiting.get() > 0 || !tryTake(amount)) {
      waiting.incrementAndGet();
      try {
        await(amount, System.nanoTime() + PATIENCE_NANOS);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new BackendException("stopped while waiting for memory for a reply", stop);
      } finally {
        waiting.decrementAndGet();
      }
    }
    return new Charge(this, amount);
  }

  private void await(long amount, long deadlineNanos) throws InterruptedException {
    if (!turn.tryLock(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw busy();
    }
    try {
      waiter = Thread.currentThread();
      wanted = amount;
      while (!tryTake(amount)) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (deadlineNanos - System.nanoTime() <= 0) {
          throw busy();
        }
        relief.start();
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    } finally {
      wanted = 0;
      turn.unlock();
    }
  }

  private static BackendException busy() {
    return new BackendException("too much waits to be sent for another large reply");
  }

  private boolean tryTake(long bytes) {
    if (taken.addAndGet(bytes) <= limit) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** For {@link Charge}: takes bytes without waiting; a negative number gives them back. */
  void change(long bytes, boolean isLeaving) {
    if (isLeaving && bytes > 0) {
      leaving.addAndGet(bytes); // first, so that excess() is never overestimated
    }
    taken.addAndGet(bytes);
    if (isLeaving && bytes < 0) {
      leaving.addAndGet(bytes);
    }
    if (bytes > 0 && excess() > 0) {
      relief.start();
    } else if (bytes < 0 && wanted > 0) {
      LockSupport.unpark(waiter);
    }
  }

  /** For {@link Charge}: bytes that are taken are on their way out from now on. */
  void leave(long bytes) {
    leaving.addAndGet(bytes);
  }

  /** Returns by how much the limit is exceeded, without what is on its way out. */
  long excess() {
    return taken.get() - leaving.get() - limit;
  }

  /** Returns how many bytes the waiting reservation still needs; 0 or less if none waits. */
  long shortage() {
    long needed = wanted;
    return needed == 0 ? 0 : excess() + needed;
  }

  /** Returns the bytes that are taken now. */
  public long taken() {
    return taken.get();
  }
}
