package agentcore.core.backend.redis.link;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisShardedPubSub;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * One connection of a {@link PubSubLink}, from its first subscription, which is the probe's, to its
 * end. All other channels follow when the probe's is confirmed. The methods that send are called
 * under the lock of the link.
 */
final class ShardedSubscription extends JedisShardedPubSub {
  private final PubSubLink link;
  private final Connection connection;
  private final String probeChannel;
  private final Set<String> unconfirmed = new HashSet<>();

  /** Channels that Redis has unsubscribed although they are wanted. */
  private final Set<String> taken = new HashSet<>();

  private volatile boolean isReady;
  private volatile boolean isCut;
  private volatile long readyNanos;
  private volatile long receivedNanos = System.nanoTime();

  ShardedSubscription(PubSubLink link, Connection connection, String probeChannel) {
    this.link = link;
    this.connection = connection;
    this.probeChannel = probeChannel;
  }

  /** Returns a subscription that stands for "not connected yet". */
  static ShardedSubscription none(PubSubLink link) {
    ShardedSubscription none = new ShardedSubscription(link, new Connection(), "");
    none.cut();
    return none;
  }

  /** Reads until the connection ends. */
  void read() {
    proceed(connection, probeChannel);
  }

  void subscribe(String channel) {
    request(() -> ssubscribe(channel));
  }

  void unsubscribe(String channel) {
    if (!taken.remove(channel)) {
      request(() -> sunsubscribe(channel));
    }
  }

  /** Sends a request if the connection is ready; otherwise the next connection sends it. */
  private void request(Runnable request) {
    try {
      if (isReady) {
        request.run();
      }
    } catch (JedisException lost) {
      cut();
    }
  }

  void regain() {
    taken.retainAll(link.wanted.keySet());
    taken.forEach(this::subscribe);
    taken.clear();
  }

  @Override
  public void onSSubscribe(String channel, int count) {
    boolean wasMissing = false;
    boolean isComplete;
    link.lock.lock();
    try {
      WantedChannel entry = link.wanted.get(channel);
      if (channel.equals(probeChannel)) {
        begin();
      } else if (entry == null) {
        request(() -> sunsubscribe(channel)); // it was unsubscribed before the confirmation arrived
      } else {
        wasMissing = entry.confirm();
      }
      isComplete = unconfirmed.remove(channel) && unconfirmed.isEmpty();
    } finally {
      link.lock.unlock();
    }
    if (isComplete) {
      link.isComplete();
    }
    if (wasMissing) {
      link.listener.missed(channel);
    }
  }

  /** Subscribes to all channels, with one command for each slot: a cluster refuses mixed slots. */
  private void begin() {
    readyNanos = System.nanoTime();
    isReady = true; // from here on other threads send their requests themselves
    unconfirmed.add(probeChannel);
    unconfirmed.addAll(link.wanted.keySet());
    Map<Integer, List<String>> bySlot =
        link.wanted.keySet().stream().collect(Collectors.groupingBy(JedisClusterCRC16::getSlot));
    bySlot.values().forEach(some -> request(() -> ssubscribe(some.toArray(String[]::new))));
  }

  /** This server has unsubscribed, or Redis has because the slot moves. */
  @Override
  public void onSUnsubscribe(String channel, int count) {
    boolean hasMoved = false;
    link.lock.lock();
    try {
      WantedChannel entry = link.wanted.get(channel);
      if (entry != null && entry.isConfirmed()) {
        entry.missing();
        taken.add(channel);
        hasMoved = true;
      } else if (channel.equals(probeChannel)) {
        hasMoved = true;
        cut();
      }
    } finally {
      link.lock.unlock();
    }
    if (hasMoved) {
      link.onFailure.run();
    }
  }

  @Override
  public void onSMessage(String channel, String message) {
    receivedNanos = System.nanoTime();
    link.received(channel, message);
  }

  /** Returns for how long nothing was received. */
  Duration silentFor() {
    return Duration.ofNanos(System.nanoTime() - receivedNanos);
  }

  /** Returns whether the connection received messages at a time. */
  boolean wasReadyAt(long nanos) {
    return isReady && readyNanos - nanos < 0;
  }

  /** Cuts a connection that has received something since a time. */
  void cutIfHeardSince(long nanos) {
    if (isReady && receivedNanos - nanos > 0) {
      cut();
    }
  }

  boolean isCut() {
    return isCut;
  }

  void cut() {
    isCut = true;
    isReady = false;
    Node.cut(connection);
  }
}
