package agentcore.core.backend.redis.link;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.Health.Side;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to Redis that receives the messages of the subscribed channels.
 *
 * <p>One thread reads and passes the messages on. A silent cut would leave it reading for ever, so
 * the server publishes probes to a channel of its own, and {@link #check} closes a connection that
 * does not receive them. After each reconnect all channels are subscribed again, and the gap is
 * reported: messages published meanwhile are lost.
 */
public final class PubSubLink implements AutoCloseable {
  /** How long a subscription may take to be confirmed. */
  private static final Duration NEVER = Duration.ofDays(365);

  private final RedisUrl url;
  private final Health health;
  private final String probeChannel;
  private final Duration probeTimeout;
  private final BiConsumer<String, String> onMessage;
  private final Runnable onGap;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, CompletableFuture<Boolean>> wanted = new HashMap<>();
  private final RepeatingThread thread = new RepeatingThread("redis-pubsub", this::connectAndRead);
  private final BackOff backOff = new BackOff();
  private volatile Subscription subscription = new Subscription(new Connection(), true);
  private volatile long probedNanos = System.nanoTime() - NEVER.toNanos();
  private boolean isFirst = true;

  /**
   * Creates a link that is not connected.
   *
   * @param probeTimeout a connection that receives no probe for that long is closed
   * @param onMessage receives channel and message, on the reading thread; must not block
   * @param onGap runs after each connect but the first, on the reading thread; must not block
   */
  public PubSubLink(
      RedisUrl url,
      Health health,
      String probeChannel,
      Duration probeTimeout,
      BiConsumer<String, String> onMessage,
      Runnable onGap) {
    this.url = url;
    this.health = health;
    this.probeChannel = probeChannel;
    this.probeTimeout = probeTimeout;
    this.onMessage = onMessage;
    this.onGap = onGap;
    subscription.cut(); // stands for "not connected yet"
  }

  /** Starts to connect, and to reconnect after each loss. */
  public void start() {
    thread.start();
  }

  /**
   * Subscribes to a channel and waits for the confirmation.
   *
   * @throws BackendException if it does not come
   */
  public void subscribe(String channel) {
    long startNanos = System.nanoTime();
    CompletableFuture<Boolean> confirmed;
    lock.lock();
    try {
      CompletableFuture<Boolean> before = wanted.get(channel);
      confirmed = before != null ? before : new CompletableFuture<>();
      if (before == null) {
        wanted.put(channel, confirmed);
        Subscription current = subscription;
        current.request(() -> current.subscribe(channel));
      }
    } finally {
      lock.unlock();
    }
    try {
      confirmed.get(Reply.TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      Subscription current = subscription;
      if (current.isReady && current.receivedNanos - startNanos > 0) {
        current.cut(); // messages arrive, but requests are lost: one direction is dead
      }
      throw new BackendException("Redis did not confirm a subscription", e);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new BackendException("interrupted while waiting for Redis", stop);
    }
  }

  /** Ends a subscription: at once or, while Redis is away, by not renewing it. */
  public void unsubscribe(String channel) {
    lock.lock();
    try {
      if (wanted.remove(channel) != null) {
        Subscription current = subscription;
        current.request(() -> current.unsubscribe(channel));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes a connection that has received no message for too long. */
  public void check() {
    Subscription current = subscription;
    if (System.nanoTime() - current.receivedNanos > probeTimeout.toNanos()) {
      giveUp(current, "no probe was received for too long");
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
    Subscription current = subscription;
    if (current.isReady && current.readyNanos - sentNanos < 0) {
      giveUp(current, "messages come from another Redis than commands go to");
    }
  }

  private void giveUp(Subscription deaf, String reason) {
    if (!deaf.isCut) {
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
    try (Connection connection = url.connect()) {
      Subscription current = new Subscription(connection, isFirst);
      String[] channels = begin(current);
      isFirst = false;
      read(current, channels);
    } catch (JedisException e) {
      if (!thread.isClosed()) {
        Failure unused = health.failed(Side.PUB_SUB, e);
      }
    }
    thread.pause(backOff.next(Duration.ofNanos(System.nanoTime() - startNanos)));
  }

  private String[] begin(Subscription current) {
    lock.lock();
    try {
      subscription = current;
      current.unconfirmed.addAll(wanted.keySet());
      current.unconfirmed.add(probeChannel);
      return current.unconfirmed.toArray(String[]::new);
    } finally {
      lock.unlock();
    }
  }

  /** Reads until this server cuts the connection; throws what jedis throws if it is lost. */
  private void read(Subscription current, String[] channels) {
    try {
      if (!thread.isClosed()) { // else close() has missed this connection
        current.proceed(current.connection, channels);
      }
    } catch (JedisException e) {
      if (!current.isCut) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    thread.close();
    subscription.cut();
  }

  /** One connection, from its first subscription to its end. */
  private final class Subscription extends JedisPubSub {
    private final Connection connection;
    private final boolean isFirst;
    private final Set<String> unconfirmed = new HashSet<>();
    private volatile boolean isReady;
    private volatile boolean isCut;
    private volatile long readyNanos;
    private volatile long receivedNanos = System.nanoTime();

    Subscription(Connection connection, boolean isFirst) {
      this.connection = connection;
      this.isFirst = isFirst;
    }

    /** Sends a request if the connection takes it; else it is sent on the next connection. */
    void request(Runnable request) {
      try {
        if (isReady) {
          request.run();
        }
      } catch (JedisException lost) {
        cut();
      }
    }

    @Override
    public void onSubscribe(String channel, int count) {
      boolean isComplete;
      lock.lock();
      try {
        if (channel.equals(probeChannel)) {
          readyNanos = System.nanoTime();
        }
        isReady = true; // from here on other threads send their requests themselves
        CompletableFuture<Boolean> confirmed = wanted.get(channel);
        if (confirmed != null) {
          confirmed.complete(true);
        } else if (!channel.equals(probeChannel)) {
          request(() -> unsubscribe(channel)); // it was unsubscribed meanwhile
        }
        isComplete = unconfirmed.remove(channel) && unconfirmed.isEmpty();
        if (isComplete) {
          subscribeToTheRest();
        }
      } finally {
        lock.unlock();
      }
      if (isComplete) {
        health.connected(Side.PUB_SUB);
        health.hasRights(Side.PUB_SUB);
        if (!isFirst) {
          onGap.run();
        }
      }
    }

    /** Subscribes to channels that were added between the first request and its confirmation. */
    private void subscribeToTheRest() {
      wanted.forEach(
          (channel, confirmed) -> {
            if (!confirmed.isDone()) {
              request(() -> subscribe(channel));
            }
          });
    }

    @Override
    public void onMessage(String channel, String message) {
      receivedNanos = System.nanoTime();
      if (channel.equals(probeChannel)) {
        probedNanos = receivedNanos;
      } else {
        onMessage.accept(channel, message);
      }
    }

    void cut() {
      isCut = true;
      isReady = false;
      RedisUrl.cut(connection);
    }
  }
}
