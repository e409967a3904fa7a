package agentcore.core.backend.redis.link;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.Failure.Recovery;
import agentcore.core.backend.redis.link.Health.Side;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to a primary that receives the messages of the subscribed channels (sharded
 * pub/sub: SSUBSCRIBE). The primary has the hash slots of all these channels.
 *
 * <p>One thread reads and passes the messages on. Those that arrive together are flushed together,
 * so that a member of a busy room costs one write for all of them.
 *
 * <p>A silent cut would leave the thread reading for ever, so the server publishes probes to a
 * channel of its own, and {@link #check} closes a connection that does not receive them. After each
 * reconnect all channels are subscribed again. Messages that were published in between are lost,
 * and each channel is reported as missed when its subscription is confirmed. The same holds for a
 * channel that Redis unsubscribes because its slot moves.
 */
public final class PubSubLink implements AutoCloseable {
  private static final Duration NEVER = Duration.ofDays(365);

  /** After more characters the listener is flushed, even if more messages are at hand. */
  private static final int MAX_UNFLUSHED_CHARS = 32 * 1024;

  private final Node node;
  private final Health health;
  private final Duration probeTimeout;
  final MessageListener listener;
  final Runnable onFailure;

  /** Guards the subscriptions. */
  final ReentrantLock lock = new ReentrantLock();

  /** The channels of this link. Changed under the lock. */
  final Map<String, WantedChannel> wanted = new ConcurrentHashMap<>();

  private final RepeatingThread thread = new RepeatingThread("redis-pubsub", this::connectAndRead);
  private volatile ShardedSubscription subscription = ShardedSubscription.none(this);
  private volatile long probedNanos = System.nanoTime() - NEVER.toNanos();
  private volatile String probeChannel;

  /** The channels on which messages have arrived since the last flush; for the reading thread. */
  private final Set<String> unflushed = new HashSet<>();

  private int unflushedChars;

  /**
   * Creates a link that is not connected.
   *
   * @param probeChannel the channel of the probes, in a slot of the primary
   * @param probeTimeout a connection that receives no probe for that long is closed
   * @param onFailure runs when Redis has ended the connection or a subscription, since slots may
   *     have moved; must not block
   */
  public PubSubLink(
      Node node,
      Health health,
      String probeChannel,
      Duration probeTimeout,
      MessageListener listener,
      Runnable onFailure) {
    this.node = node;
    this.health = health;
    this.probeChannel = probeChannel;
    this.probeTimeout = probeTimeout;
    this.listener = listener;
    this.onFailure = onFailure;
  }

  /** Starts to connect, and to reconnect after each loss. */
  public void start() {
    thread.start();
  }

  /** Returns the channel of the probes. */
  public String probeChannel() {
    return probeChannel;
  }

  /** Uses another channel for the probes, because the slot of the former one has moved. */
  public void probeOn(String channel) {
    probeChannel = channel;
    subscription.cut();
  }

  /** Subscribes to a channel. {@link #await} waits for the confirmation. */
  public WantedChannel subscribe(String channel) {
    lock.lock();
    try {
      WantedChannel before = wanted.get(channel);
      if (before != null) {
        return before;
      }
      WantedChannel added = new WantedChannel(this);
      wanted.put(channel, added);
      subscription.subscribe(channel);
      return added;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a subscription is confirmed, by this link or by another that has taken it over.
   *
   * @throws BackendException if that does not happen in time
   */
  public void await(WantedChannel channel) {
    long startNanos = System.nanoTime();
    try {
      channel.awaitConfirmed();
    } catch (BackendException late) {
      subscription.cutIfHeardSince(startNanos); // messages arrive, but requests are lost
      throw new BackendException("Redis did not confirm a subscription", late);
    }
  }

  /** Ends a subscription: at once or, while Redis is unreachable, by not renewing it. */
  public void unsubscribe(String channel) {
    lock.lock();
    try {
      if (wanted.remove(channel) != null) {
        subscription.unsubscribe(channel);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns a view of the channels of this link. */
  public Set<String> channels() {
    return Collections.unmodifiableSet(wanted.keySet());
  }

  /**
   * Gives away channels whose slots have moved. Redis unsubscribes them itself, and would refuse a
   * request to do so.
   */
  public Map<String, WantedChannel> release(Set<String> moved) {
    Map<String, WantedChannel> released = new HashMap<>();
    lock.lock();
    try {
      for (String channel : moved) {
        WantedChannel entry = wanted.remove(channel);
        if (entry != null) {
          released.put(channel, entry);
        }
      }
    } finally {
      lock.unlock();
    }
    return released;
  }

  /** Takes a channel over. It is reported as missed when its subscription is confirmed. */
  public void adopt(String channel, WantedChannel released) {
    lock.lock();
    try {
      released.giveTo(this);
      wanted.put(channel, released);
      subscription.subscribe(channel);
    } finally {
      lock.unlock();
    }
  }

  /** Subscribes again to channels of this link that Redis has unsubscribed. */
  public void regain() {
    lock.lock();
    try {
      subscription.regain();
    } finally {
      lock.unlock();
    }
  }

  /** Closes a connection that has received no message for too long. */
  public void check() {
    if (subscription.silentFor().compareTo(probeTimeout) > 0) {
      giveUp(subscription, "no probe was received for too long");
    }
  }

  /** Closes the connection and connects again. */
  public void reconnect() {
    subscription.cut();
  }

  /**
   * Reports that the Redis to which commands go delivered a probe, sent at {@code sentNanos}, to no
   * subscriber. A connection that was ready by then leads to another Redis, and is closed.
   */
  public void probeNotDelivered(long sentNanos) {
    ShardedSubscription current = subscription;
    if (current.wasReadyAt(sentNanos)) {
      giveUp(current, "messages come from another Redis than commands go to");
    }
  }

  private void giveUp(ShardedSubscription deaf, String reason) {
    if (!deaf.isCut()) {
      Failure unused = health.failed(Side.PUB_SUB, new JedisConnectionException(reason));
    }
    deaf.cut();
  }

  /**
   * Returns how long ago a probe was received. A probe is sent as a command and received as a
   * message, so both directions worked then. Very long if none was received yet.
   */
  public Duration probeAge() {
    return Duration.ofNanos(System.nanoTime() - probedNanos);
  }

  private void connectAndRead() {
    long startNanos = System.nanoTime();
    try (Connection connection = node.connectForMessages(this::flush)) {
      ShardedSubscription current = new ShardedSubscription(this, connection, probeChannel);
      begin(current);
      read(current);
    } catch (JedisException e) {
      if (!thread.isClosed()) {
        Failure unused = health.failed(Side.PUB_SUB, e);
      }
    } finally {
      flush();
    }
    onFailure.run();
    thread.backOff(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  private void begin(ShardedSubscription current) {
    lock.lock();
    try {
      subscription = current;
      wanted.values().forEach(WantedChannel::missing);
    } finally {
      lock.unlock();
    }
  }

  /** Reads until this server cuts the connection; throws what jedis throws if it is lost. */
  private void read(ShardedSubscription current) {
    try {
      if (!thread.isClosed()) { // else close() has missed this connection
        current.read();
      }
    } catch (JedisException e) {
      if (!current.isCut()) {
        throw e;
      }
    }
  }

  /** Notes that every wanted channel is confirmed. */
  void isComplete() {
    health.ended(Recovery.RECONNECT, Side.PUB_SUB);
    health.ended(Recovery.WAIT_FOR_RIGHTS, Side.PUB_SUB);
  }

  void received(String channel, String message) {
    if (channel.equals(probeChannel)) {
      probedNanos = System.nanoTime();
      return;
    }
    WantedChannel entry = wanted.get(channel);
    if (entry != null) {
      entry.deliver(this, () -> listener.received(channel, message));
      unflushed.add(channel);
      unflushedChars += message.length();
      if (unflushedChars > MAX_UNFLUSHED_CHARS) {
        flush();
      }
    }
  }

  private void flush() {
    unflushed.forEach(listener::flush);
    unflushed.clear();
    unflushedChars = 0;
  }

  @Override
  public void close() {
    thread.close();
    subscription.cut();
  }
}
