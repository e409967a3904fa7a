package agentcore.core.connection;

import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.core.metrics.Counter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * One client's connection, as everything but the transport sees it.
 *
 * <p>Its reader thread handles its requests one after the other; every other thread only offers
 * events, asks for its end, or takes a membership away.
 */
public final class Connection implements Recipient {
  private static final Logger LOG = System.getLogger(Connection.class.getName());

  private final String user;
  private final String channel;
  private final Wire wire;
  private final Outbox outbox;
  private final ReplyMemory replyMemory;
  private final Counter slow;
  private final Liveness liveness;
  private final Map<String, Membership> memberships = new ConcurrentHashMap<>(2);

  private boolean holding;
  private volatile boolean handling = true; // it is being greeted
  private volatile Optional<CloseCode> ending = Optional.empty();
  private volatile Optional<Group> userGroup = Optional.empty();
  private volatile RoomRefresher refresher = RoomRefresher.NONE;
  private volatile Instant end = Instant.MAX;

  Connection(
      String user,
      String channel,
      Wire wire,
      Flusher flusher,
      SendLimits limits,
      LongSupplier nanoTime) {
    this.user = user;
    this.channel = channel;
    this.wire = wire;
    this.outbox = new Outbox(wire, flusher, limits, nanoTime);
    this.replyMemory = new ReplyMemory(outbox, limits.total());
    this.slow = limits.slow();
    this.liveness = new Liveness(nanoTime);
  }

  /** Returns the user whose connection this is. */
  public String user() {
    return user;
  }

  /** Returns the connection's name, unique in the cluster. */
  public String channel() {
    return channel;
  }

  /** Returns the rooms it is in, by name; changes as it enters and leaves. */
  public Map<String, Membership> memberships() {
    return memberships;
  }

  /** Returns the group of its user's connections, while it is connected. */
  Optional<Group> userGroup() {
    return userGroup;
  }

  void userGroup(Group group) {
    userGroup = Optional.of(group);
  }

  /** Names what its endpoint tells it after hints were lost. */
  public void refresher(RoomRefresher ofEndpoint) {
    refresher = ofEndpoint;
  }

  RoomRefresher refresher() {
    return refresher;
  }

  /** Returns its place in a room. */
  public Optional<Membership> membership(String roomName) {
    return Optional.ofNullable(memberships.get(roomName));
  }

  /**
   * Offers an event's frame. Never blocks; a connection whose outbox is full is closed ({@code
   * TOO_SLOW}).
   */
  public void offer(byte[] frame) {
    if (!outbox.offer(frame)) {
      tooSlow(false);
    }
  }

  /**
   * Offers an event's frame to one of many: if that fails, the connection is cut, so that it misses
   * nothing in silence, and the others are not affected. Never blocks nor throws.
   */
  void deliver(byte[] frame) {
    try {
      offer(frame);
    } catch (Throwable defect) { // no memory for the thread that closes it, perhaps
      cutAfter(defect);
    }
  }

  private void cutAfter(Throwable defect) {
    try {
      wire.cut();
      LOG.log(Level.ERROR, "an event could not be offered connection=" + this, defect);
    } catch (Throwable more) {
      LOG.log(Level.ERROR, "a connection could not be cut", more);
    }
  }

  /**
   * Takes memory for a large reply before it is built; waits until this client has room for the
   * reply and the server has the memory. It is given back with the next call, or when the request
   * has been answered. For the reader thread only.
   *
   * @param replyBytes the size of the reply, at the most
   * @param memoryBytes what building it takes, at the most
   * @throws agentcore.core.backend.BackendException if there is too little memory for several
   *     seconds
   */
  public void reserve(int replyBytes, long memoryBytes) {
    replyMemory.reserve(replyBytes, memoryBytes);
  }

  /**
   * Sends a direct reply's frame; waits while the outbox is full, which slows nobody but the asker.
   * For the reader thread only.
   */
  public void reply(byte[] frame) {
    try {
      outbox.put(frame);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Offers a frame of the transport's own, such as a pong. Never blocks. */
  public void offerControl(byte[] frame) {
    outbox.offerControl(frame);
  }

  /** Lets events wait behind the replies of the current request. For the reader thread only. */
  public void hold() {
    holding = true;
    outbox.hold();
  }

  /**
   * Begins to handle a request, which {@link #done} ends in any case. For the reader thread only.
   *
   * @return whether it is to be handled: not where the connection is to be closed
   */
  public boolean begin() {
    handling = true; // first: either this thread sees `ending`, or closeWhenDone sees `handling`
    return ending.isEmpty();
  }

  /**
   * Ends what {@link #begin} and {@link #hold} began: everything begun has been answered. For the
   * reader thread only.
   */
  public void done() {
    replyMemory.giveBack();
    if (holding) {
      holding = false;
      outbox.release();
    }
    handling = false;
    ending.ifPresent(this::close);
  }

  /** Closes the connection when the request that is being handled has been answered. */
  public void closeWhenDone(CloseCode code) {
    ending = Optional.of(code);
    if (!handling) {
      close(code);
    }
  }

  /** Puts the close frame behind everything that waits. For the transport. */
  public void finish(byte[] closeFrame) {
    outbox.finish(closeFrame);
  }

  /** Closes the connection; the first code counts. Never blocks. */
  public void close(CloseCode code) {
    close(code, code.reason());
  }

  /** Closes the connection with the given reason, at most 123 bytes. */
  public void close(CloseCode code, String reason) {
    wire.close(code, reason);
  }

  /** Drops what waits to be sent and closes the connection as too slow. */
  void overflow() {
    if (outbox.overflow()) {
      tooSlow(false);
    }
  }

  /**
   * Does the same to free memory: a peer that takes nothing is cut, since only that ends the write
   * that it blocks, and it would not see a close frame.
   */
  @Override
  public void end() {
    boolean isStuck = outbox.isStuck(Relief.STUCK_NANOS);
    if (outbox.overflow()) {
      tooSlow(isStuck);
    }
  }

  /** The caller may hold a group's lock, so the closing is another thread's. */
  private void tooSlow(boolean isCut) {
    slow.increment();
    boolean started = false;
    try {
      Thread.ofVirtual().name("closer-" + channel).start(() -> closeAsTooSlow(isCut));
      started = true;
    } finally {
      if (!started) { // no memory for a thread: the peer must not stay without what was dropped
        wire.cut();
      }
    }
  }

  private void closeAsTooSlow(boolean isCut) {
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
    replyMemory.giveBack();
    outbox.close();
  }

  /** Notes that the peer showed life. */
  public void heard() {
    liveness.heard();
  }

  /** Says when it has to end: its user is known no longer than that. */
  public void expireAt(Instant time) {
    end = time;
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(end);
  }

  /**
   * Returns how long the peer has been silent although it could have been heard. While a request is
   * being handled nobody reads, and behind much that waits to be sent a ping waits too: whether
   * such a peer is alive is judged by what it takes ({@link #isStuck}). For the heartbeat only.
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

  /** Returns the channel without what could forge a line of a log. */
  @Override
  public String toString() {
    return Names.printable(channel);
  }
}
