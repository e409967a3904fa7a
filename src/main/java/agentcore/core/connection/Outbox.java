package agentcore.core.connection;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be sent to one peer, bounded in bytes.
 *
 * <p>Offering never blocks and never writes: whoever fans out to a room must not wait for a slow
 * member of it. All writes to the wire happen in {@link #drain}, by one flusher at a time, which
 * takes what waits, copies it together (a {@link Batch}) and writes once.
 *
 * <p>When it is full: what an event offers closes the connection ({@code TOO_SLOW}), a direct reply
 * waits for room, which slows nobody but the asker.
 *
 * <p>While it is held, events wait behind the replies that the current request is still making.
 *
 * <p>In one file, since one lock guards what waits, what is held and what is charged for it.
 */
final class Outbox {
  /**
   * The shared budget is charged in steps of this size, and not for the first of them: most offers
   * find an empty outbox and do not touch a counter that all threads share.
   */
  private static final int CHARGE_BYTES = 4 * 1024;

  private static final Logger LOG = System.getLogger(Outbox.class.getName());

  private enum State {
    OPEN,
    /** What waited was dropped; the close frame is still to come. */
    OVERFLOWED,
    /** The close frame waits, and nothing is added behind it. */
    CLOSING,
    /** Nothing goes out any more. */
    CLOSED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final Wire wire;
  private final Flusher flusher;
  private final SendLimits limits;
  private ArrayDeque<byte[]> waiting = new ArrayDeque<>(2);
  private ArrayDeque<byte[]> held = new ArrayDeque<>(2);
  private long queuedBytes;
  private long progressNanos;

  /** At first long ago. */
  private long writtenNanos = System.nanoTime() - Long.MAX_VALUE / 2;

  private long chargedBytes;
  private boolean draining;
  private boolean holding;
  private State state = State.OPEN;

  Outbox(Wire wire, Flusher flusher, SendLimits limits) {
    this.wire = wire;
    this.flusher = flusher;
    this.limits = limits;
  }

  /**
   * Adds an event's frame. Returns false where it did not fit: everything that waited is dropped
   * then, and the caller closes the connection.
   */
  boolean offer(byte[] frame) {
    boolean flush = false;
    lock.lock();
    try {
      if (state != State.OPEN) {
        return true; // it is ending already, nobody needs to close it again
      }
      if (queuedBytes + frame.length > limits.queueBytes()) {
        drop();
        return false;
      }
      if (holding) {
        held.add(frame);
        charge(frame.length);
      } else {
        flush = enqueue(frame);
      }
    } finally {
      lock.unlock();
    }
    if (flush) {
      flusher.flush(this);
    }
    return true;
  }

  /**
   * Adds a direct reply's frame; waits while there is no room. An empty outbox has room for any.
   *
   * @param onProgress runs each time that something was written meanwhile
   * @throws InterruptedException if the thread is told to stop
   */
  void put(byte[] frame, Runnable onProgress) throws InterruptedException {
    boolean flush = false;
    lock.lock();
    try {
      while (state == State.OPEN
          && !waiting.isEmpty()
          && queuedBytes + frame.length > limits.queueBytes()) {
        progress.await();
        onProgress.run();
      }
      if (state == State.OPEN) {
        flush = enqueue(frame);
      }
    } finally {
      lock.unlock();
    }
    if (flush) {
      flusher.flush(this);
    }
  }

  /** Adds the last frame, the close frame, whatever waits; what comes later is dropped. */
  void finish(byte[] closeFrame) {
    boolean flush = false;
    lock.lock();
    try {
      if (state == State.CLOSED) {
        return;
      }
      state = State.CLOSING;
      dropHeld();
      flush = enqueue(closeFrame);
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    if (flush) {
      flusher.flush(this);
    }
  }

  /** Adds a control frame: like an event, but it is nothing to close a connection for. */
  void offerControl(byte[] frame) {
    boolean flush = false;
    lock.lock();
    try {
      if (state == State.OPEN && queuedBytes + frame.length <= limits.queueBytes()) {
        flush = enqueue(frame);
      }
    } finally {
      lock.unlock();
    }
    if (flush) {
      flusher.flush(this);
    }
  }

  /** Lets events wait until {@link #release}. */
  void hold() {
    lock.lock();
    try {
      holding = true;
    } finally {
      lock.unlock();
    }
  }

  /** Sends the events that waited, and those to come. */
  void release() {
    boolean flush = false;
    lock.lock();
    try {
      if (!holding) {
        return;
      }
      holding = false;
      waiting.addAll(held);
      held = new ArrayDeque<>(2);
      flush = startDraining();
    } finally {
      lock.unlock();
    }
    if (flush) {
      flusher.flush(this);
    }
  }

  /** Drops everything: the peer is gone. */
  void close() {
    lock.lock();
    try {
      state = State.CLOSED;
      waiting.clear();
      held.clear();
      queuedBytes = 0;
      settle();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says whether something waits and nothing went out for so long. */
  boolean isStuck(long nanos) {
    lock.lock();
    try {
      return queuedBytes > 0 && System.nanoTime() - progressNanos >= nanos;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how long ago the last write began. */
  long sinceWrittenNanos() {
    lock.lock();
    try {
      return System.nanoTime() - writtenNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many bytes wait. */
  long queuedBytes() {
    lock.lock();
    try {
      return queuedBytes;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops what waits so that the memory is free at once; only a close frame still goes out.
   *
   * @return whether the connection has still to be closed
   */
  boolean overflow() {
    lock.lock();
    try {
      if (state == State.CLOSING && waiting.size() > 1) {
        byte[] closeFrame = waiting.removeLast();
        drop();
        state = State.CLOSING;
        waiting.add(closeFrame);
        charge(closeFrame.length);
      } else if (state == State.OPEN) {
        drop();
        return true;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits until nothing does. Called by a flusher, and by one at a time. */
  void drain(Batch batch) {
    try {
      while (take(batch)) {
        wire.write(batch.bytes(), 0, batch.length());
      }
    } catch (IOException gone) {
      die();
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, "a write failed", defect);
      die();
    }
  }

  /** Whatever ended a drain: never leave the outbox "draining", with nobody who drains it. */
  private void die() {
    close();
    wire.cut();
  }

  /** Takes at most a batch; false means that draining has ended. */
  private boolean take(Batch batch) {
    boolean finished;
    lock.lock();
    try {
      byte[] first = waiting.poll();
      if (first != null) {
        batch.begin(first);
        while (!waiting.isEmpty() && batch.add(waiting.peekFirst())) {
          waiting.removeFirst();
        }
        queuedBytes -= batch.length();
        progressNanos = System.nanoTime();
        writtenNanos = progressNanos;
        settle();
        progress.signalAll();
        return true;
      }
      draining = false;
      finished = state == State.CLOSING;
      if (finished) {
        state = State.CLOSED;
      }
    } finally {
      lock.unlock();
    }
    if (finished) {
      wire.finished();
    }
    return false;
  }

  /** What came while a request was answered precedes nothing that the peer still gets. */
  private void dropHeld() {
    for (byte[] frame : held) {
      queuedBytes -= frame.length;
    }
    held.clear();
  }

  private void drop() {
    state = State.OVERFLOWED;
    waiting.clear();
    held.clear();
    queuedBytes = 0;
    settle();
    progress.signalAll();
  }

  private boolean enqueue(byte[] frame) {
    waiting.add(frame);
    charge(frame.length);
    return startDraining();
  }

  private boolean startDraining() {
    if (draining || waiting.isEmpty()) {
      return false;
    }
    draining = true;
    progressNanos = System.nanoTime();
    return true;
  }

  private void charge(int bytes) {
    queuedBytes += bytes;
    if (queuedBytes > chargedBytes + CHARGE_BYTES) {
      long more = (queuedBytes - chargedBytes) / CHARGE_BYTES * CHARGE_BYTES;
      chargedBytes += more;
      if (limits.total().take(more)) {
        limits.onOverdraft().run();
      }
    }
  }

  private void settle() {
    if (chargedBytes > 0 && queuedBytes <= chargedBytes / 2) {
      long keep = queuedBytes / CHARGE_BYTES * CHARGE_BYTES;
      limits.total().give(chargedBytes - keep);
      chargedBytes = keep;
    }
  }
}
