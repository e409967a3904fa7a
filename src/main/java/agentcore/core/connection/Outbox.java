package agentcore.core.connection;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What waits to be sent to one peer, bounded in bytes.
 *
 * <p>Offering never blocks and never writes: a fan-out to a room must not wait for a slow member of
 * it. All writes to the wire happen in {@link #drain}, by one flusher at a time, which takes what
 * waits, copies it together (a {@link Batch}) and writes once.
 *
 * <p>If it is full, an event closes the connection ({@code TOO_SLOW}), and a direct reply waits for
 * room, which slows only the client that asked.
 *
 * <p>While it is held, events wait behind the replies that the current request is still making.
 *
 * <p>The bytes of a frame are charged to the budget of all peers from the moment that it is handed
 * over until its write has returned.
 *
 * <p>In one file, since one lock guards what waits, what is held and what is charged for it.
 */
final class Outbox {
  /**
   * The shared budget is charged in steps of this size, and not for the first of them: most offers
   * find an empty outbox and do not touch a counter that all threads share.
   */
  private static final int CHARGE_BYTES = 4 * 1024;

  /**
   * A large frame is written in steps of this size. A peer that takes one step shows that it reads;
   * inside a write that blocks there is no progress to be seen.
   */
  static final int WRITE_BYTES = 64 * 1024;

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
  private final LongSupplier nanoTime;
  private final Charge charge;
  private ArrayDeque<byte[]> waiting = new ArrayDeque<>(2);
  private ArrayDeque<byte[]> held = new ArrayDeque<>(2);

  /**
   * Bytes of the frames in {@code waiting} and {@code held}; the bound of this outbox counts them.
   */
  private long waitingBytes;

  /** Bytes that a flusher holds until its write has returned. */
  private long writingBytes;

  /** Bytes of replies whose thread waits for room. */
  private long puttingBytes;

  private long chargedBytes;
  private long progressNanos;
  private long writtenNanos;
  private boolean draining;
  private boolean holding;
  private State state = State.OPEN;

  Outbox(Wire wire, Flusher flusher, SendLimits limits, LongSupplier nanoTime) {
    this.wire = wire;
    this.flusher = flusher;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.charge = new Charge(limits.total());
    // Far in the past, so that the first write never waits.
    this.writtenNanos = nanoTime.getAsLong() - Long.MAX_VALUE / 2;
  }

  /**
   * Adds an event's frame. Returns false if it did not fit: everything that waited is dropped then,
   * and the caller closes the connection.
   */
  boolean offer(byte[] frame) {
    boolean flush = false;
    lock.lock();
    try {
      if (state != State.OPEN) {
        return true; // it is ending already, nobody needs to close it again
      }
      if (waitingBytes + frame.length > limits.queueBytes()) {
        drop();
        return false;
      }
      if (holding) {
        held.add(frame);
        waitingBytes += frame.length;
        account();
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
   * @throws InterruptedException if the thread is told to stop
   */
  void put(byte[] frame) throws InterruptedException {
    boolean flush = false;
    lock.lock();
    try {
      if (mustWait(frame.length)) {
        puttingBytes += frame.length;
        account();
        try {
          awaitRoomLocked(frame.length);
        } finally {
          puttingBytes -= frame.length;
          account();
        }
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

  /**
   * Waits until there is room for so many bytes, so that a reply need not wait when it is made.
   *
   * @throws InterruptedException if the thread is told to stop
   */
  void awaitRoom(long bytes) throws InterruptedException {
    lock.lock();
    try {
      awaitRoomLocked(bytes);
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoomLocked(long bytes) throws InterruptedException {
    while (mustWait(bytes)) {
      progress.await();
    }
  }

  private boolean mustWait(long bytes) {
    return state == State.OPEN && !waiting.isEmpty() && waitingBytes + bytes > limits.queueBytes();
  }

  /** Says whether frames are still taken; if not, a reply is not worth building. */
  boolean isOpen() {
    lock.lock();
    try {
      return state == State.OPEN;
    } finally {
      lock.unlock();
    }
  }

  /** Adds the close frame behind everything that waits; later frames are dropped. */
  void finish(byte[] closeFrame) {
    boolean flush = false;
    lock.lock();
    try {
      if (state == State.CLOSED) {
        return;
      }
      end(State.CLOSING);
      dropHeld();
      flush = enqueue(closeFrame);
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
      if (state == State.OPEN && waitingBytes + frame.length <= limits.queueBytes()) {
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

  /** Drops everything that waits: the peer is gone. */
  void close() {
    lock.lock();
    try {
      clear();
      end(State.CLOSED);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says whether the peer takes what is sent more slowly than it comes: so a frame that is added
   * now may go out much later.
   */
  boolean isBehind() {
    lock.lock();
    try {
      return isStuckLocked(Relief.STUCK_NANOS) || (draining && total() > WRITE_BYTES);
    } finally {
      lock.unlock();
    }
  }

  /** Says whether something waits for the peer and it took nothing for so long. */
  boolean isStuck(long nanos) {
    lock.lock();
    try {
      return isStuckLocked(nanos);
    } finally {
      lock.unlock();
    }
  }

  private boolean isStuckLocked(long nanos) {
    return draining && nanoTime.getAsLong() - progressNanos >= nanos;
  }

  /** Returns how long ago the last write began. */
  long sinceWrittenNanos() {
    lock.lock();
    try {
      return nanoTime.getAsLong() - writtenNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many bytes wait or are being written. */
  long queuedBytes() {
    lock.lock();
    try {
      return total();
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many charged bytes {@link #overflow} would free, at once or soon. */
  long pendingBytes() {
    lock.lock();
    try {
      return state == State.OPEN ? chargedBytes : 0;
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
      if (state != State.OPEN) {
        return false;
      }
      drop();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits until nothing does. Called by a flusher, and by one at a time. */
  void drain(Batch batch) {
    try {
      while (take(batch)) {
        write(batch);
      }
    } catch (IOException gone) {
      die();
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, "a write failed", defect);
      die();
    } finally {
      batch.clear();
    }
  }

  private void write(Batch batch) throws IOException {
    int length = batch.length();
    for (int at = 0; at < length; at += WRITE_BYTES) {
      if (at > 0) {
        noteProgress();
      }
      wire.write(batch.bytes(), at, Math.min(WRITE_BYTES, length - at));
    }
  }

  private void noteProgress() {
    lock.lock();
    try {
      progressNanos = nanoTime.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  /** Whatever ended a drain: never leave the outbox "draining", with nobody who drains it. */
  private void die() {
    lock.lock();
    try {
      draining = false;
      writingBytes = 0;
      clear();
      end(State.CLOSED);
    } finally {
      lock.unlock();
    }
    wire.cut();
  }

  /** Frees what was written and takes at most a batch; false means that draining has ended. */
  private boolean take(Batch batch) {
    boolean finished;
    lock.lock();
    try {
      writingBytes = 0;
      byte[] first = waiting.poll();
      if (first != null) {
        batch.begin(first);
        while (!waiting.isEmpty() && batch.add(waiting.peekFirst())) {
          waiting.removeFirst();
        }
        waitingBytes -= batch.length();
        writingBytes = batch.heldBytes();
        writtenNanos = nanoTime.getAsLong();
        progressNanos = writtenNanos;
        account();
        progress.signalAll();
        return true;
      }
      account();
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

  /** Drops the held events: the close frame takes their place. */
  private void dropHeld() {
    for (byte[] frame : held) {
      waitingBytes -= frame.length;
    }
    held.clear();
    account();
  }

  private void drop() {
    clear();
    end(State.OVERFLOWED);
  }

  private void clear() {
    waiting.clear();
    held.clear();
    waitingBytes = 0;
    account();
  }

  private void end(State how) {
    state = how;
    charge.leave();
    progress.signalAll();
  }

  private boolean enqueue(byte[] frame) {
    waiting.add(frame);
    waitingBytes += frame.length;
    account();
    return startDraining();
  }

  private boolean startDraining() {
    if (draining || waiting.isEmpty()) {
      return false;
    }
    draining = true;
    progressNanos = nanoTime.getAsLong();
    return true;
  }

  private long total() {
    return waitingBytes + writingBytes + puttingBytes;
  }

  /** Charges what was added, in steps; gives back when half of what is charged is free. */
  private void account() {
    long bytes = total();
    if (bytes > chargedBytes + CHARGE_BYTES || (chargedBytes > 0 && bytes <= chargedBytes / 2)) {
      chargedBytes = bytes / CHARGE_BYTES * CHARGE_BYTES;
      charge.set(chargedBytes);
    }
  }
}
