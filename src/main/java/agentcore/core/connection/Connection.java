package agentcore.core.connection;

import agentcore.core.message.Names;
import agentcore.core.metrics.Counter;
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
public final class Connection {
  private final String user;
  private final String channel;
  private final Wire wire;
  private final Outbox outbox;
  private final Counter slow;
  private final LongSupplier nanoTime;
  private final Map<String, Membership> memberships = new ConcurrentHashMap<>(2);
  private boolean holding;
  private volatile boolean handling = true; // it is being greeted
  private volatile Optional<CloseCode> ending = Optional.empty();
  private volatile Optional<Group> userGroup = Optional.empty();
  private volatile long lastHeardNanos;
  private volatile long lastPingNanos;
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
    this.outbox = new Outbox(wire, flusher, limits);
    this.slow = limits.slow();
    this.nanoTime = nanoTime;
    this.lastHeardNanos = nanoTime.getAsLong();
    this.lastPingNanos = lastHeardNanos;
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
      tooSlow();
    }
  }

  /**
   * Sends a direct reply's frame; waits while the outbox is full, which slows nobody but the asker.
   * For the reader thread only.
   */
  public void reply(byte[] frame) {
    try {
      // While it waits nobody reads: that the peer takes what it asked for shows its life.
      outbox.put(frame, this::heard);
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
    handling = true; // first: either this thread sees the end coming, or who ends sees this one
    return ending.isEmpty();
  }

  /**
   * Ends what {@link #begin} and {@link #hold} began: everything begun has been answered. For the
   * reader thread only.
   */
  public void done() {
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

  /** Closes the connection with a reason of one's own, at most 123 bytes. */
  public void close(CloseCode code, String reason) {
    wire.close(code, reason);
  }

  /** Drops what waits to be sent and closes the connection as too slow. */
  void overflow() {
    if (outbox.overflow()) {
      tooSlow();
    }
  }

  /** The caller may hold a group's lock, so the closing is another thread's. */
  private void tooSlow() {
    slow.increment();
    Thread.ofVirtual().name("closer-" + channel).start(() -> close(CloseCode.TOO_SLOW));
  }

  /** Frees the outbox: the peer is gone. For the transport. */
  public void dispose() {
    outbox.close();
  }

  /** Notes that the peer showed life. */
  public void heard() {
    lastHeardNanos = nanoTime.getAsLong();
  }

  /** Says when it has to end: its user is known no longer than that. */
  public void expireAt(Instant time) {
    end = time;
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(end);
  }

  long lastHeardNanos() {
    return lastHeardNanos;
  }

  long lastPingNanos() {
    return lastPingNanos;
  }

  void ping(byte[] pingFrame) {
    lastPingNanos = nanoTime.getAsLong();
    offerControl(pingFrame);
  }

  boolean isStuck(long nanos) {
    return outbox.isStuck(nanos);
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
