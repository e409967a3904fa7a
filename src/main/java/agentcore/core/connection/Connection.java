package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import java.time.Instant;
import java.util.Optional;
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
  private final Wire wire;
  private final Outbox outbox;
  private final SendBudget budget;
  private final LongAdder slow;
  private final Liveness liveness;

  /** The memory for a large reply to the current request; for the reader thread. */
  private Optional<SendBudget.Charge> reserved = Optional.empty();

  private boolean holding;
  private volatile boolean handling = true; // the consumer greets it first
  private volatile boolean isEnding;
  private volatile Runnable ending = () -> {};
  private volatile Instant expiry = Instant.MAX;

  Connection(
      String user,
      String channel,
      Wire wire,
      Outbox outbox,
      SendBudget budget,
      LongAdder slow,
      LongSupplier nanoTime) {
    this.user = user;
    this.channel = channel;
    this.wire = wire;
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
   * Offers an event's frame. Never blocks; a connection whose outbox is full is closed ({@code
   * TOO_SLOW}).
   */
  public void offer(byte[] frame) {
    if (!outbox.offer(frame)) {
      closeAsTooSlow(false);
    }
  }

  /**
   * Offers an event's frame as part of a broadcast. If that fails, this connection is cut, because
   * it must not miss an event silently. Never blocks nor throws.
   */
  public void deliver(byte[] frame) {
    try {
      offer(frame);
    } catch (Throwable defect) { // for example, no memory for the closing thread
      cutAfter(defect);
    }
  }

  private void cutAfter(Throwable defect) {
    try {
      wire.cut(); // first, and without an allocation: memory may be short
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
    if (reserved.isPresent()) {
      reserved.get().close();
      reserved = Optional.empty();
    }
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
    handling = true; // first: this thread sees `isEnding`, or closeWhenDone sees `handling`
    return !isEnding;
  }

  /** Ends the requests that were begun: all have been answered. For the reader thread only. */
  public void done() {
    releaseMemory();
    if (holding) {
      holding = false;
      outbox.release();
    }
    handling = false;
    ending.run();
  }

  /** Closes the connection as soon as its current request has been answered. */
  public void closeWhenDone(CloseCode code) {
    ending = () -> close(code);
    isEnding = true;
    if (!handling) {
      close(code);
    }
  }

  /** Queues the close frame behind the frames that wait. For the transport. */
  public void finish(byte[] closeFrame) {
    outbox.finish(closeFrame);
  }

  /** Closes the connection; the first call counts. Never blocks. */
  public void close(CloseCode code) {
    close(code, code.reason());
  }

  /** Closes the connection with a reason of at most 123 bytes; the first call counts. */
  public void close(CloseCode code, String reason) {
    wire.close(code, reason);
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
      wire.cut();
      throw noThread;
    }
  }

  private void closeNow(boolean isCut) {
    try {
      close(CloseCode.TOO_SLOW);
    } finally {
      if (isCut) {
        wire.cut();
      }
    }
  }

  /** Frees the outbox: the peer is gone. For the transport. */
  public void dispose() {
    releaseMemory();
    outbox.close();
  }

  /** Notes that the peer sent something. */
  public void received() {
    liveness.received();
  }

  /** Sets when the connection's token expires. */
  public void expireAt(Instant time) {
    expiry = time;
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(expiry);
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

  boolean needsPing(long intervalNanos) {
    return liveness.needsPing(intervalNanos);
  }

  void ping(byte[] pingFrame) {
    liveness.pinged();
    offerControl(pingFrame);
  }

  @Override
  public boolean isStuck(long nanos) {
    return outbox.isStuck(nanos);
  }

  @Override
  public long pendingBytes() {
    return outbox.pendingBytes();
  }

  long queuedBytes() {
    return outbox.queuedBytes();
  }

  /** Returns the channel name, printable: it cannot forge a line of a log. */
  @Override
  public String toString() {
    return Names.printable(channel);
  }
}
