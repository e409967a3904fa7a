package agentcore.core.backend.redis;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Directory;
import agentcore.core.backend.Log;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Subscribers;
import agentcore.core.backend.TokenBuckets;
import java.util.Set;
import java.util.UUID;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The backend of many servers: everything in one Redis (7 or newer), which they share.
 *
 * <p>Commands go through one pipelined connection, news comes through another. While Redis is away
 * every method throws within two seconds, and afterwards all works again by itself.
 */
public final class RedisBackend implements Backend {
  private final RedisAddress address;
  private final RedisKeys keys;
  private final RedisTroubles troubles;
  private final RedisLink link;
  private final RedisSubscriber subscriber;
  private final RedisLog log;
  private final RedisPresence presence;
  private final RedisDirectory directory;
  private final RedisTokens tokens;
  private final RedisUpkeep upkeep;
  private final RedisTimes times;

  /**
   * Makes a backend that is not connected.
   *
   * <p>The host is looked up for each connection, as far as the JVM lets it: a program that follows
   * a name of the DNS sets {@code networkaddress.cache.ttl} low (see {@link java.net.InetAddress}).
   *
   * @param url {@code redis://} or {@code rediss://}, with user, password and database
   * @param prefix how every key and channel begins
   */
  public RedisBackend(String url, String prefix, BackendLimits limits) {
    this(url, prefix, limits, RedisTimes.DEFAULT);
  }

  RedisBackend(String url, String prefix, BackendLimits limits, RedisTimes times) {
    address = RedisAddress.of(url);
    keys = new RedisKeys(prefix, address.database());
    String probeChannel = keys.probe(UUID.randomUUID().toString());
    Subscribers subscriptions = new Subscribers();
    RedisTroubles troubles = new RedisTroubles(address);
    RedisLink link = new RedisLink(address, troubles, this::reconnected, this::left);
    RedisLease lease = new RedisLease(link, keys, probeChannel, times.lease());
    RedisNews news = new RedisNews(subscriptions);
    this.times = times;
    this.link = link;
    this.troubles = troubles;
    directory = new RedisDirectory(link, keys, subscriptions, limits);
    presence = new RedisPresence(link, keys, lease, directory, news, limits.presenceLimit());
    news.onEvict(presence::evicted);
    subscriber = new RedisSubscriber(address, troubles, probeChannel, news, times.probeTimeout());
    log = new RedisLog(link, keys, subscriber, news, subscriptions, limits);
    tokens = new RedisTokens(link, keys);
    RedisDoctor doctor = new RedisDoctor(address, keys, link, troubles);
    upkeep =
        new RedisUpkeep(
            lease, presence, directory, subscriber, doctor, times.period(), limits.roomIdleTtl());
  }

  /**
   * Connects to a Redis once, to see whether all works there that a server needs: to run scripts,
   * to write, to publish and to subscribe.
   *
   * @param url as above
   * @param prefix as above
   * @throws BackendException that says what does not, after some seconds at the most
   */
  public static void check(String url, String prefix) {
    RedisAddress address = RedisAddress.of(url);
    check(address, new RedisKeys(prefix, address.database()));
  }

  private static void check(RedisAddress address, RedisKeys keys) {
    try (Connection connection = address.connect()) {
      Set<String> missing = RedisRights.missing(keys, connection);
      if (!missing.isEmpty()) {
        throw new BackendException(
            address + " does not give its user these rights: " + String.join(" ", missing));
      }
    } catch (JedisException e) {
      throw new BackendException(address + " cannot be used: " + RedisReply.reason(e), e);
    }
  }

  @Override
  public void start() {
    boolean started = false;
    try {
      link.start();
      check(address, keys);
      subscriber.start();
      upkeep.start();
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  @Override
  public boolean isDelivering() {
    return !troubles.refusesWrites()
        && subscriber.echoAge().compareTo(times.period().multipliedBy(2)) < 0;
  }

  @Override
  public long probeFailures() {
    return upkeep.probeFailures();
  }

  private void reconnected() {
    upkeep.reconnected();
  }

  /** The commands went to the wrong Redis; the news perhaps comes from the same. */
  private void left() {
    subscriber.dialAgain();
  }

  @Override
  public void close() {
    try (link;
        subscriber) {
      upkeep.close();
    }
  }

  @Override
  public Log log() {
    return log;
  }

  @Override
  public Presence presence() {
    return presence;
  }

  @Override
  public Directory directory() {
    return directory;
  }

  @Override
  public TokenBuckets tokens() {
    return tokens;
  }
}
