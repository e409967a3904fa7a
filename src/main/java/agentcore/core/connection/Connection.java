package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.core.socket.PeerSocket;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * One client's connection, independent of the transport.
 *
 * <p>Its reader thread handles its requests one after the other. Other threads only offer events to
 * it and close it.
 */
public final class Connection implements SendBudget.Peer {
  private final String user;
  private final String channel;
  private final PeerSocket socket;
  private final SendBudget budget;
  private final LongAdder slow;
  private final Liveness liveness;
  private final CountDownLatch streamEnded = new CountDownLatch(1);
  final Outbox outbox;

  /** The code that the connection ended with; 0 while it is open. */
  final AtomicInteger endCode = new AtomicInteger();

  /** The memory for a large reply to the current request; for the reader thread. */
  private Optional<SendBudget.Charge> reserved = Optional.empty();

  private boolean holding;
  private volatile boolean handling = true; // until Consumer.connected has returned
  private volatile Optional<CloseCode> ending = Optional.empty();

  Connection(
      String user,
      String channel,
      PeerSocket socket,
      Outbox outbox,
      SendBudget budget,
      LongAdder slow,
      LongSupplier nanoTime) {
    this.user = user;
    this.channel = channel;
    this.socket = socket;
    this.outbox = outbox;
    this.budget = budget;
    this.slow = slow;
    this.liveness = new Liveness(nanoTime);
  }

  /** Returns the id of the connection's user. */
  public String user() {
    return user;
  }

  /** Returns the connection's name, unique in the cluster. */
  public String channel() {
    return channel;
  }

  /**
   * Offers an event's frame. A connection whose outbox is full is closed ({@code TOO_SLOW}). If
   * offering itself fails, the connection is cut, because it must not miss an event silently. Never
   * blocks or throws.
   */
  public void offer(byte[] frame) {
    try {
      if (!outbox.offer(frame)) {
        closeAsTooSlow(false);
      }
    } catch (Throwable defect) { // for example, no memory for the closing thread
      cutAfter(defect);
    }
  }

  private void cutAfter(Throwable defect) {
    try {
      socket.cut(); // first, and without an allocation: memory may be short
      Safely.report("offering an event connection=" + this, defect);
    } catch (Throwable unreported) {
      Safely.report("cutting a connection", unreported);
    }
  }

  /**
   * Takes the memory for a large reply before the reply is built: waits until this client has room
   * for it, holding no memory, and then until the server has the memory. It is released by the next
   * call, or when the request has been answered. For the reader thread only.
   *
   * <p>Nothing is reserved for a peer that has gone. Otherwise a long replay would continue for it
   * and take memory from living peers.
   *
   * @param replyBytes the greatest possible size of the reply
   * @param memoryBytes the memory for building it
   * @throws BackendException if there is too little memory for several seconds, or the peer is gone
   */
  public void reserve(int replyBytes, long memoryBytes) {
    releaseMemory();
    try {
      outbox.awaitRoom(replyBytes);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new BackendException("interrupted while waiting for room for a reply", stop);
    }
    requireOpen();
    reserved = Optional.of(budget.reserve(memoryBytes));
    requireOpen(); // waiting for the memory can take seconds
  }

  private void requireOpen() {
    if (!isOpen()) {
      releaseMemory();
      throw new BackendException("the connection has ended");
    }
  }

  private void releaseMemory() {
    reserved.ifPresent(SendBudget.Charge::close);
    reserved = Optional.empty();
  }

  /** Sends a reply's frame; waits while the outbox is full. For the reader thread only. */
  public void reply(byte[] frame) {
    try {
      outbox.put(frame);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether frames are still accepted. */
  public boolean isOpen() {
    return outbox.isOpen();
  }

  /** Offers a control frame, such as a pong. Never blocks. */
  public void offerControl(byte[] frame) {
    outbox.offerControl(frame);
  }

  /** Holds events back until the current request has been answered. For the reader thread only. */
  public void hold() {
    holding = true;
    outbox.hold();
  }

  /**
   * Begins a request; {@link #done} ends it in any case. For the reader thread only.
   *
   * @return whether the request is to be handled; false if the connection is about to be closed
   */
  public boolean begin() {
    handling = true; // first: this thread sees `ending`, or closeWhenDone sees `handling`
    return ending.isEmpty();
  }

  /** Ends the requests that were begun: all have been answered. For the reader thread only. */
  public void done() {
    releaseMemory();
    if (holding) {
      holding = false;
      outbox.release();
    }
    handling = false;
    if (ending.isPresent()) {
      close(ending.get());
    }
  }

  /** Closes the connection as soon as its current request has been answered. */
  public void closeWhenDone(CloseCode code) {
    ending = Optional.of(code);
    if (!handling) {
      close(code);
    }
  }

  /** Closes the connection; the first call counts. Never blocks. */
  public void close(CloseCode code) {
    close(code, code.reason());
  }

  /** Closes the connection with a reason of at most 123 bytes; the first call counts. */
  public void close(CloseCode code, String reason) {
    finish(code.number(), Frame.close(code.number(), reason));
  }

  /**
   * Ends the connection, as {@link #close} does.
   *
   * @param code the code with which the connection ends
   * @param closeFrame the frame that the client receives
   */
  public void finish(int code, byte[] closeFrame) {
    if (endCode.compareAndSet(0, code)) {
      outbox.finish(closeFrame);
      Thread.ofVirtual().name("closer-" + channel).start(() -> socket.cutUnless(streamEnded));
    }
  }

  /** Returns whether the connection has ended, by either side. */
  public boolean hasEnded() {
    return endCode.get() != 0;
  }

  /**
   * Ends the connection after the reader's last read: waits until the close frame is written, and
   * frees the outbox. If the stream ended without a close frame, a proxy may have ended it, and the
   * client may still read: GOING_AWAY tells the client to reconnect. For the transport.
   *
   * @return the code with which the connection ended, from the client or from this server
   */
  public int streamEnded() {
    finish(CloseCode.ABNORMAL.number(), Frame.close(CloseCode.GOING_AWAY.number(), ""));
    socket.cutUnless(outbox.closed);
    streamEnded.countDown();
    releaseMemory();
    outbox.close();
    return endCode.get();
  }

  /** Drops the waiting frames and closes the connection as too slow. */
  void overflow(boolean isCut) {
    if (outbox.overflow()) {
      closeAsTooSlow(isCut);
    }
  }

  /**
   * Drops the waiting frames and closes the connection as too slow, to free memory. A stuck peer is
   * cut: only that ends its blocked write, and it would not read a close frame.
   */
  @Override
  public void end() {
    overflow(outbox.isStuck(LoadShedder.STUCK_NANOS));
  }

  /** Closes on another thread: the caller may hold a group's lock, and closing takes others. */
  private void closeAsTooSlow(boolean isCut) {
    slow.increment();
    try {
      Thread.ofVirtual().name("closer-" + channel).start(() -> closeNow(isCut));
    } catch (Throwable noThread) { // the peer must not miss the dropped frames silently
      socket.cut();
      throw noThread;
    }
  }

  private void closeNow(boolean isCut) {
    try {
      close(CloseCode.TOO_SLOW);
    } finally {
      if (isCut) {
        socket.cut();
      }
    }
  }

  /** Returns when the peer was heard, and until when it may be connected. */
  public Liveness liveness() {
    return liveness;
  }

  /**
   * Returns how long the peer has been silent although it could have sent something. While a
   * request is handled, nothing is read; and a ping that waits behind much data comes late. Whether
   * such a peer is alive is judged by what it accepts ({@link #isStuck}). For the heartbeat only.
   */
  long silentNanos() {
    if (handling || outbox.isBehind()) {
      liveness.excuse();
    }
    return liveness.silentNanos();
  }

  @Override
  public boolean isStuck(long nanos) {
    return outbox.isStuck(nanos);
  }

  @Override
  public long pendingBytes() {
    return outbox.pendingBytes();
  }

  /** Returns the channel name, printable: it cannot forge a line of a log. */
  @Override
  public String toString() {
    return Names.printable(channel);
  }
}
