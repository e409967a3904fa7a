package agentcore.core.backend.redis.link;

import agentcore.core.backend.redis.link.Failure.Recovery;
import agentcore.core.backend.redis.link.Health.Side;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * One connection to a primary that receives the messages of the subscribed channels (sharded
 * pub/sub: SSUBSCRIBE). The primary has the hash slots of all these channels. {@link Channels}
 * knows which they are; the link tells Redis.
 *
 * <p>One thread reads and passes the messages on. Those that arrive together are flushed together,
 * so that a member of a busy room costs one write for all of them.
 *
 * <p>A silent cut would leave the thread reading for ever, so the server publishes probes to a
 * channel of its own, and {@link #check} closes a connection that does not receive them. Each
 * connection first subscribes to that channel, and when this is confirmed to all others.
 */
public final class PubSubLink implements AutoCloseable {
  private static final Duration NEVER = Duration.ofDays(365);

  /** After more characters the channels are flushed, even if more messages are at hand. */
  private static final int MAX_UNFLUSHED_CHARS = 32 * 1024;

  private final Node node;
  private final Health health;
  private final Duration probeTimeout;
  private final Channels channels;
  private final Runnable onFailure;
  private final RepeatingThread thread = new RepeatingThread("redis-pubsub", this::connectAndRead);

  /** Held while a request is chosen and sent: the last one for a channel says what is wanted. */
  private final ReentrantLock requesting = new ReentrantLock();

  private volatile MessageConnection connection = new MessageConnection();
  private volatile Optional<String> probeChannel = Optional.empty();
  private volatile long probedNanos = System.nanoTime() - NEVER.toNanos();

  /** The channels on which messages have arrived since the last flush; for the reading thread. */
  private final Set<String> unflushed = new HashSet<>();

  private int unflushedChars;

  /** How many of the first subscriptions of the connection are not confirmed yet. */
  private int unconfirmed;

  /**
   * Creates a link that is not connected.
   *
   * @param probeTimeout a connection that receives no message for that long, not even a probe, is
   *     closed
   * @param onFailure runs after each connection, and when Redis has ended a subscription: slots may
   *     have moved. Must not block
   */
  public PubSubLink(
      Node node, Health health, Duration probeTimeout, Channels channels, Runnable onFailure) {
    this.node = node;
    this.health = health;
    this.probeTimeout = probeTimeout;
    this.channels = channels;
    this.onFailure = onFailure;
  }

  /** Returns the channel of the probes; empty while the link does not connect. */
  public Optional<String> probeChannel() {
    return probeChannel;
  }

  /**
   * Connects, and again after each loss.
   *
   * @param channel for the probes, in a slot of the primary; if the slot of the former one has
   *     moved, the link connects again with this one
   */
  public void probeOn(String channel) {
    boolean isFirst = probeChannel.isEmpty();
    probeChannel = Optional.of(channel);
    if (isFirst) {
      thread.start();
    } else {
      connection.cut();
    }
  }

  /**
   * Subscribes to a channel if this link carries it, and unsubscribes if no link does. If another
   * link carries it, this does nothing: this primary would refuse the request. To be called after
   * each change. While Redis is unreachable this does nothing; the next connection subscribes to
   * all channels.
   */
  public void update(String channel) {
    requesting.lock();
    try {
      MessageConnection current = connection;
      Optional<PubSubLink> carrier = channels.carrier(channel);
      if (current.isReady() && carrier.orElse(this) == this) {
        current.request(carrier.isPresent() ? Command.SSUBSCRIBE : Command.SUNSUBSCRIBE, channel);
      }
    } finally {
      requesting.unlock();
    }
  }

  /** Closes a connection that has received no message for too long. */
  public void check() {
    MessageConnection current = connection;
    if (current.silentFor().compareTo(probeTimeout) > 0) {
      giveUp(current, "no probe was received for too long");
    }
  }

  /** Closes the connection and connects again. */
  public void reconnect() {
    connection.cut();
  }

  /**
   * Closes a connection that still receives messages, but did not answer a request of that time.
   */
  public void requestsAreLost(long sinceNanos) {
    MessageConnection current = connection;
    if (current.hasReceivedSince(sinceNanos)) {
      current.cut();
    }
  }

  /**
   * Reports that the Redis to which commands go delivered a probe, sent at {@code sentNanos}, to no
   * subscriber. A connection that was ready by then leads to another Redis, and is closed.
   */
  public void probeNotDelivered(long sentNanos) {
    MessageConnection current = connection;
    if (current.wasReadyAt(sentNanos)) {
      giveUp(current, "messages come from another Redis than commands go to");
    }
  }

  private void giveUp(MessageConnection deaf, String reason) {
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
    try (MessageConnection current = node.connectForMessages(this::flush)) {
      connection = current;
      String probe = probeChannel.orElseThrow(); // after a change of it, the connection is cut
      current.setTimeoutInfinite();
      current.request(Command.SSUBSCRIBE, probe);
      read(current, probe);
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

  /** Reads until this server cuts the connection; throws what jedis throws if it is lost. */
  private void read(MessageConnection current, String probe) {
    try {
      while (!thread.isClosed()) { // else close() has missed this connection
        handle(current, probe, current.next());
      }
    } catch (JedisException e) {
      if (!current.isCut()) {
        throw e;
      }
    }
  }

  private void handle(MessageConnection current, String probe, List<?> message) {
    String channel = Reply.text(message.get(1));
    boolean isProbe = channel.equals(probe);
    switch (Reply.text(message.getFirst())) {
      case "smessage" -> {
        current.received();
        if (isProbe) {
          probedNanos = System.nanoTime();
        } else {
          received(channel, Reply.text(message.get(2)));
        }
      }
      case "ssubscribe" -> {
        if (isProbe) {
          begin(current);
        } else {
          subscribed(channel);
        }
        unconfirmed--;
        if (unconfirmed == 0) {
          health.ended(Recovery.RECONNECT, Side.PUB_SUB);
          health.ended(Recovery.WAIT_FOR_RIGHTS, Side.PUB_SUB);
        }
      }
      case "sunsubscribe" -> { // this server has unsubscribed, or Redis has because the slot moves
        if (isProbe) {
          current.cut();
        } else if (channels.unsubscribed(this, channel)) {
          onFailure.run();
        }
      }
      default -> throw new JedisException("unknown message: " + Reply.text(message.getFirst()));
    }
  }

  /** Subscribes to all channels, with one command for each slot: a cluster refuses mixed slots. */
  private void begin(MessageConnection current) {
    requesting.lock();
    try {
      List<String> all = channels.of(this);
      unconfirmed = 1 + all.size();
      current.ready(); // from here on other threads send their requests themselves
      all.stream()
          .collect(Collectors.groupingBy(JedisClusterCRC16::getSlot))
          .values()
          .forEach(some -> current.request(Command.SSUBSCRIBE, some.toArray(String[]::new)));
    } finally {
      requesting.unlock();
    }
  }

  private void subscribed(String channel) {
    channels.subscribed(this, channel);
    if (channels.carrier(channel).isEmpty()) {
      update(channel); // it was unsubscribed before the confirmation arrived
    }
  }

  private void received(String channel, String message) {
    channels.received(this, channel, message);
    unflushed.add(channel);
    unflushedChars += message.length();
    if (unflushedChars > MAX_UNFLUSHED_CHARS) {
      flush();
    }
  }

  private void flush() {
    unflushed.forEach(channels::flush);
    unflushed.clear();
    unflushedChars = 0;
  }

  @Override
  public void close() {
    thread.close();
    connection.cut();
  }
}
