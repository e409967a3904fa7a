package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.RedisTroubles.Side;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The connection on which Redis tells its news, for the channels that somebody here wants.
 *
 * <p>One thread reads and hands on. A cut that nobody tells of would leave it reading for ever, so
 * the server writes to a channel of its own, and {@link #check} ends a connection that is not heard
 * on it. After each connect it subscribes again, and says so: what came meanwhile was missed.
 */
final class RedisSubscriber implements AutoCloseable {
  /** A subscription is confirmed within this time, or it failed. */
  private static final Duration CONFIRM_TIMEOUT = Duration.ofMillis(1_800);

  private static final Duration NEVER = Duration.ofDays(365);
  private static final Logger LOG = System.getLogger(RedisSubscriber.class.getName());

  /** Hears what Redis tells. Called by the reading thread: must not block. */
  interface News {
    void told(String channel, String message);

    /** All channels are subscribed again; what was told meanwhile is lost. */
    void onGap();
  }

  private final RedisAddress address;
  private final RedisTroubles troubles;
  private final String probeChannel;
  private final News news;

  /** The probe is heard within this time, or the connection is dead. */
  private final Duration probeTimeout;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, CompletableFuture<Boolean>> wanted = new HashMap<>();
  private final Loop loop = new Loop("redis-news", this::connectAndListen);
  private final RedisLink.BackOff backOff = new RedisLink.BackOff();
  private volatile Optional<Subscription> subscription = Optional.empty();
  private volatile Optional<Long> echo = Optional.empty();
  private boolean first = true;

  RedisSubscriber(
      RedisAddress address,
      RedisTroubles troubles,
      String probeChannel,
      News news,
      Duration probeTimeout) {
    this.address = address;
    this.troubles = troubles;
    this.probeChannel = probeChannel;
    this.news = news;
    this.probeTimeout = probeTimeout;
  }

  void start() {
    loop.start();
  }

  /**
   * Subscribes to a channel and waits for the confirmation.
   *
   * @throws BackendException where it does not come
   */
  void subscribe(String channel) {
    long askedNanos = System.nanoTime();
    CompletableFuture<Boolean> confirmed;
    lock.lock();
    try {
      CompletableFuture<Boolean> before = wanted.get(channel);
      confirmed = before != null ? before : new CompletableFuture<>();
      if (before == null) {
        wanted.put(channel, confirmed);
        subscription.filter(s -> s.alive).ifPresent(s -> s.attempt(() -> s.subscribe(channel)));
      }
    } finally {
      lock.unlock();
    }
    try {
      confirmed.get(CONFIRM_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // News comes, but what is asked for does not arrive: the link is dead in one direction.
      subscription
          .filter(s -> s.alive && s.heardNanos - askedNanos > 0)
          .ifPresent(Subscription::cut);
      throw new BackendException("Redis did not confirm a subscription", e);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new BackendException("interrupted while waiting for Redis", stop);
    }
  }

  /** Ends a subscription, now or, while Redis is away, by not asking for it again. */
  void unsubscribe(String channel) {
    lock.lock();
    try {
      if (wanted.remove(channel) != null) {
        subscription.filter(s -> s.alive).ifPresent(s -> s.attempt(() -> s.unsubscribe(channel)));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends a connection on which the probe has not been heard for too long. */
  void check() {
    subscription
        .filter(s -> System.nanoTime() - s.heardNanos > probeTimeout.toNanos())
        .ifPresent(s -> giveUp(s, "no probe was heard for too long"));
  }

  /** Ends the connection, and dials again: it leads to another Redis than the commands go to. */
  void dialAgain() {
    subscription.ifPresent(Subscription::cut);
  }

  /**
   * Notes that a probe was sent by the way of the commands, and that the Redis there told it to
   * nobody. A connection that was ready by then leads to another Redis, and is ended.
   */
  void unheard(long sentNanos) {
    subscription
        .filter(s -> s.alive && s.aliveNanos - sentNanos < 0)
        .ifPresent(s -> giveUp(s, "the news comes from another Redis than commands go to"));
  }

  private void giveUp(Subscription deaf, String reason) {
    if (!deaf.isCut) {
      RedisTrouble unused = troubles.seen(Side.NEWS, new JedisConnectionException(reason));
    }
    deaf.cut();
  }

  /**
   * Returns how long ago a probe was heard: it goes out as every command does and comes back as
   * news, so that both ways worked then. Very long where none was heard yet.
   */
  Duration echoAge() {
    return echo.map(at -> Duration.ofNanos(System.nanoTime() - at)).orElse(NEVER);
  }

  private void connectAndListen() {
    long startNanos = System.nanoTime();
    try (Connection connection = address.connect()) {
      Subscription current = new Subscription(connection, first);
      String[] channels = begin(current);
      first = false;
      listen(current, channels);
    } catch (JedisException e) {
      if (!loop.isClosed()) {
        RedisTrouble unused = troubles.seen(Side.NEWS, e);
      }
    }
    loop.pause(backOff.next(Duration.ofNanos(System.nanoTime() - startNanos)));
  }

  /** Returns where this server cut the connection itself; throws what jedis throws otherwise. */
  private void listen(Subscription current, String[] channels) {
    try {
      if (!loop.isClosed()) { // else nobody would cut it
        current.proceed(current.connection, channels);
      }
    } catch (JedisException e) {
      if (!current.isCut) {
        throw e;
      }
      LOG.log(Level.DEBUG, "the news of {0} was cut: {1}", address, e.getMessage());
    }
  }

  private String[] begin(Subscription current) {
    lock.lock();
    try {
      subscription = Optional.of(current);
      current.awaited.addAll(wanted.keySet());
      current.awaited.add(probeChannel);
      return current.awaited.toArray(String[]::new);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    loop.close();
    subscription.ifPresent(Subscription::cut);
  }

  /** One connection's life. */
  private final class Subscription extends JedisPubSub {
    private final Connection connection;
    private final boolean isFirst;
    private final Set<String> awaited = new HashSet<>();
    private volatile boolean alive;
    private volatile boolean isCut;
    private volatile long aliveNanos;
    private volatile long heardNanos = System.nanoTime();

    Subscription(Connection connection, boolean isFirst) {
      this.connection = connection;
      this.isFirst = isFirst;
    }

    /** Subscribes or unsubscribes, if the connection still takes it. */
    void attempt(Runnable request) {
      try {
        request.run();
      } catch (JedisException lost) {
        cut();
      }
    }

    @Override
    public void onSubscribe(String channel, int count) {
      boolean complete;
      lock.lock();
      try {
        if (channel.equals(probeChannel)) {
          aliveNanos = System.nanoTime();
        }
        alive = true; // from here on other threads subscribe by themselves
        CompletableFuture<Boolean> confirmed = wanted.get(channel);
        if (confirmed != null) {
          confirmed.complete(true);
        } else if (!channel.equals(probeChannel)) {
          attempt(() -> unsubscribe(channel)); // nobody wants it any more
        }
        complete = awaited.remove(channel) && awaited.isEmpty();
        if (complete) {
          subscribeToLateComers();
        }
      } finally {
        lock.unlock();
      }
      if (complete) {
        troubles.connected(Side.NEWS);
        troubles.hasRights(Side.NEWS);
        if (!isFirst) {
          news.onGap();
        }
      }
    }

    /** Those that came between the first request and its first confirmation. */
    private void subscribeToLateComers() {
      wanted.forEach(
          (channel, confirmed) -> {
            if (!confirmed.isDone()) {
              attempt(() -> subscribe(channel));
            }
          });
    }

    @Override
    public void onMessage(String channel, String message) {
      heardNanos = System.nanoTime();
      if (channel.equals(probeChannel)) {
        echo = Optional.of(heardNanos);
      } else {
        news.told(channel, message);
      }
    }

    void cut() {
      isCut = true;
      alive = false;
      try {
        connection.forceDisconnect();
      } catch (IOException | JedisException e) {
        LOG.log(Level.TRACE, "cutting failed: {0}", e.getMessage());
      }
    }
  }
}
