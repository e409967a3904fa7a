package agentcore.core.connection;

import agentcore.core.socket.PeerSocket;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The frames that wait to be sent to one peer, bounded in bytes.
 *
 * <p>Offering never blocks and never writes, so a broadcast never waits for a slow member. One
 * {@link Flusher} thread at a time takes the waiting frames and writes them.
 *
 * <p>When the outbox is full, an event closes the connection ({@code TOO_SLOW}), and a direct reply
 * waits for room, which slows only the client that asked. While events are held, they wait behind
 * the replies to the current request.
 */
final class Outbox {
  private enum State {
    OPEN,
    /** The waiting frames were dropped; the close frame is still to come. */
    OVERFLOWED,
    /** The close frame waits, and nothing is added behind it. */
    CLOSING,
    /** Nothing is sent any more. */
    CLOSED
  }

  final PeerSocket socket;

  /** Released when nothing is sent any more, after the end of the stream to the peer. */
  final CountDownLatch closed = new CountDownLatch(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final Flusher flusher;
  private final LongSupplier nanoTime;
  private final FrameQueue queue;
  private long progressNanos;
  private long writtenNanos;
  private boolean draining;
  private State state = State.OPEN;

  Outbox(
      PeerSocket socket, Flusher flusher, long maxBytes, SendBudget budget, LongSupplier nanoTime) {
    this.socket = socket;
    this.flusher = flusher;
    this.nanoTime = nanoTime;
    this.queue = new FrameQueue(maxBytes, budget);
    // Far in the past, so that the first write never waits.
    this.writtenNanos = nanoTime.getAsLong() - Long.MAX_VALUE / 2;
  }

  /**
   * Adds an event's frame. Returns false if it did not fit: all waiting frames are dropped then,
   * and the caller closes the connection.
   */
  boolean offer(byte[] frame) {
    boolean flush;
    lock.lock();
    try {
      if (state != State.OPEN) {
        return true; // the connection is closing already
      }
      if (!queue.hasRoom(frame.length)) {
        drop(State.OVERFLOWED);
        return false;
      }
      queue.addEvent(frame);
      flush = startDraining();
    } finally {
      lock.unlock();
    }
    flushIf(flush);
    return true;
  }

  /**
   * Adds a direct reply's frame; waits while there is no room. An empty outbox has room for any.
   */
  void put(byte[] frame) throws InterruptedException {
    boolean flush = false;
    lock.lock();
    try {
      if (mustWait(frame.length)) {
        queue.addBlocked(frame.length);
        try {
          awaitRoom(frame.length);
        } finally {
          queue.addBlocked(-frame.length);
        }
      }
      if (state == State.OPEN) {
        queue.add(frame);
        flush = startDraining();
      }
    } finally {
      lock.unlock();
    }
    flushIf(flush);
  }

  /** Waits until {@link #put} would accept a frame of this size without waiting. */
  void awaitRoom(long bytes) throws InterruptedException {
    lock.lock();
    try {
      while (mustWait(bytes)) {
        boolean unused = flusher.expire(Thread.currentThread()); // it writes nothing while it waits
        progress.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean mustWait(long bytes) {
    return state == State.OPEN && !queue.hasRoomForReply(bytes);
  }

  /** Adds the close frame behind the waiting frames; later frames are dropped. */
  void finish(byte[] closeFrame) {
    change(
        () -> {
          if (state != State.CLOSED) {
            end(State.CLOSING);
            queue.dropHeld();
            queue.add(closeFrame);
          }
        });
  }

  /** Adds a control frame, or drops it if there is no room. */
  void offerControl(byte[] frame) {
    change(
        () -> {
          if (state == State.OPEN && queue.hasRoom(frame.length)) {
            queue.add(frame);
          }
        });
  }

  /** Holds events back until {@link #release}. */
  void hold() {
    change(queue::hold);
  }

  /** Sends the held events and those to come. */
  void release() {
    change(queue::release);
  }

  /**
   * Drops the waiting frames, so that their memory is free at once; only a close frame can follow.
   *
   * @return whether the connection still has to be closed
   */
  boolean overflow() {
    return locked(
        () -> {
          boolean wasOpen = state == State.OPEN;
          if (wasOpen) {
            drop(State.OVERFLOWED);
          }
          return wasOpen;
        });
  }

  /** Drops the waiting frames: the peer is gone. */
  void close() {
    change(() -> drop(State.CLOSED));
    closed.countDown();
  }

  private void drop(State next) {
    queue.clear();
    end(next);
  }

  private void end(State how) {
    state = how;
    queue.leave();
    progress.signalAll();
  }

  private boolean startDraining() {
    if (draining || queue.isEmpty()) {
      return false;
    }
    draining = true;
    progressNanos = nanoTime.getAsLong();
    return true;
  }

  /** Changes something under the lock, and has what waits then written. */
  private void change(Runnable change) {
    flushIf(
        locked(
            () -> {
              change.run();
              return startDraining();
            }));
  }

  private void flushIf(boolean startedDraining) {
    if (startedDraining) { // after the lock has been released
      flusher.flush(this);
    }
  }

  /** Takes the next batch to write; false means that draining has ended. Called by one flusher. */
  boolean take(Batch batch) throws IOException {
    lock.lock();
    try {
      if (queue.moveTo(batch)) {
        writtenNanos = nanoTime.getAsLong();
        progressNanos = writtenNanos;
        progress.signalAll();
        return true;
      }
      draining = false;
      if (state != State.CLOSING) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    socket.shutdownOutput();
    close();
    return false;
  }

  /** Takes back what the peer did not accept of a batch; {@link #take} returns it next. */
  void keep(Batch batch, int written) {
    change(() -> queue.keep(batch, written));
  }

  /** Notes that the peer has accepted a part of a large frame. */
  void noteProgress() {
    change(() -> progressNanos = nanoTime.getAsLong());
  }

  /** Ends draining after any failure: no later flush would start while {@code draining} is set. */
  void fail() {
    change(
        () -> {
          draining = false;
          queue.abandon();
          end(State.CLOSED);
        });
    closed.countDown();
    socket.cut();
  }

  /** Says whether frames are still accepted; if not, a reply is not worth building. */
  boolean isOpen() {
    return locked(() -> state == State.OPEN);
  }

  /** Says whether a frame that is added now may be sent much later. */
  boolean isBehind() {
    return locked(
        () ->
            isStuck(LoadShedder.STUCK_NANOS)
                || (draining && queue.totalBytes() > Flusher.WRITE_BYTES));
  }

  /** Says whether data waits for the peer and it has accepted none for {@code nanos}. */
  boolean isStuck(long nanos) {
    return locked(() -> draining && nanoTime.getAsLong() - progressNanos >= nanos);
  }

  /** Returns how long ago the last write began. */
  long sinceWrittenNanos() {
    return locked(() -> nanoTime.getAsLong() - writtenNanos);
  }

  /** Returns how many bytes wait or are being written. */
  long queuedBytes() {
    return locked(queue::totalBytes);
  }

  /** Returns how many charged bytes {@link #overflow} would free, at once or soon. */
  long pendingBytes() {
    return locked(() -> state == State.OPEN ? queue.chargedBytes() : 0);
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }
}
