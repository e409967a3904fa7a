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
 * The memory that all outgoing data shares: queued frames, frames that are being written, replies
 * that are being built, and HTTP answers. Safe for all threads.
 *
 * <p>An event is always charged, because offering it must not block; if that exceeds the limit, the
 * {@link LoadShedder} closes peers until the total fits again. A handler that builds a large reply
 * reserves the memory first, and waits while too much is taken.
 */
public final class SendBudget {
  /** A reservation is refused after this time. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A waiting reservation runs the load shedder again after this time: more peers may be stuck. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final long limit;
  private final LoadShedder loadShedder;
  private final Set<Peer> httpPeers = ConcurrentHashMap.newKeySet();
  private final ByteBudget memory;

  /** The part of what is taken that belongs to peers that are being closed. */
  private final AtomicLong leaving = new AtomicLong();

  private final AtomicInteger waiting = new AtomicInteger();

  /** Held by the one thread that waits for free bytes; the others wait for this lock. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private volatile long wanted;
  private volatile Thread waiter = Thread.currentThread();

  /** A peer that holds charged bytes. Its methods are called by any thread and never block. */
  public interface Peer {
    /** Returns how many charged bytes closing this peer would free; 0 if it is closing already. */
    long pendingBytes();

    /** Returns whether data waits for this peer and it has accepted none for {@code nanos}. */
    boolean isStuck(long nanos);

    /** Closes the peer; its bytes are freed now, or when its current write returns. */
    void end();
  }

  /** The bytes that one owner has taken from the budget. Safe for all threads. */
  public final class Charge implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private long bytes;
    private boolean isLeaving;

    private Charge(long taken) {
      bytes = taken;
    }

    /** Sets the number of bytes that are taken. Never blocks. */
    public void set(long now) {
      lock.lock();
      try {
        change(now - bytes, isLeaving);
        bytes = now;
      } finally {
        lock.unlock();
      }
    }

    /** Marks the owner as closing, so that no other peer is closed because of these bytes. */
    public void leave() {
      lock.lock();
      try {
        if (!isLeaving) {
          isLeaving = true;
          leaving.addAndGet(bytes);
        }
      } finally {
        lock.unlock();
      }
    }

    /** Returns all bytes to the budget; idempotent. */
    @Override
    public void close() {
      set(0);
    }
  }

  /**
   * Creates a budget.
   *
   * @param limit bytes
   * @param connections a live view of the connections that may be closed to free memory
   */
  SendBudget(long limit, Collection<? extends Peer> connections) {
    this.limit = limit;
    this.memory = new ByteBudget(limit);
    this.loadShedder = new LoadShedder(this, connections, httpPeers);
  }

  /** Adds an HTTP peer that may be closed to free memory. */
  public void add(Peer httpPeer) {
    httpPeers.add(httpPeer);
  }

  /** Removes a peer that {@link #add} added. */
  public void remove(Peer httpPeer) {
    httpPeers.remove(httpPeer);
  }

  /** Returns a charge of 0 bytes. */
  public Charge charge() {
    return new Charge(0);
  }

  /**
   * Takes the memory for a reply before the reply is built: waits a few seconds while there is too
   * little, and closes stuck peers meanwhile. At most half of the budget is taken.
   *
   * @return to be closed when the reply is in the outbox
   * @throws BackendException if there is still too little memory then
   */
  public Charge reserve(long bytes) {
    long amount = Math.min(bytes, limit / 2);
    if (waiting.get() > 0 || !memory.tryTake(amount)) {
      waiting.incrementAndGet();
      try {
        await(amount, System.nanoTime() + PATIENCE_NANOS);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new BackendException("interrupted while waiting for memory for a reply", stop);
      } finally {
        waiting.decrementAndGet();
      }
    }
    return new Charge(amount);
  }

  private void await(long amount, long deadlineNanos) throws InterruptedException {
    if (!turn.tryLock(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw busy();
    }
    try {
      waiter = Thread.currentThread();
      wanted = amount;
      while (!memory.tryTake(amount)) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (deadlineNanos - System.nanoTime() <= 0) {
          throw busy();
        }
        loadShedder.start();
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    } finally {
      wanted = 0;
      turn.unlock();
    }
  }

  private static BackendException busy() {
    return new BackendException("too much data waits to be sent for another large reply");
  }

  private void change(long bytes, boolean isLeaving) {
    if (isLeaving && bytes > 0) {
      leaving.addAndGet(bytes); // first, so that excess() is never overestimated
    }
    memory.take(bytes);
    if (isLeaving && bytes < 0) {
      leaving.addAndGet(bytes);
    }
    if (bytes > 0 && excess() > 0) {
      loadShedder.start();
    } else if (bytes < 0 && wanted > 0) {
      LockSupport.unpark(waiter);
    }
  }

  /** Returns by how much the limit is exceeded, not counting the bytes of closing peers. */
  long excess() {
    return memory.taken() - leaving.get() - limit;
  }

  /** Returns how many bytes the waiting reservation still needs; 0 or less if none waits. */
  long shortage() {
    long needed = wanted;
    return needed == 0 ? 0 : excess() + needed;
  }

  /** Returns the bytes that are taken now. */
  public long taken() {
    return memory.taken();
  }
}
