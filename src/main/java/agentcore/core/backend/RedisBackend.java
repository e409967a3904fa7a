package agentcore.core.backend;

import java.util.UUID;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The backend of many servers: everything in one Redis (7 or newer), which they share.
 *
 * <p>Commands go through one pipelined connection, news comes through another. While Redis is away
 * every method throws within two seconds, and afterwards all works again by itself.
 */
public final class RedisBackend implements Backend {
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
   * @param url {@code redis://} or {@code rediss://}, with user, password and database
   * @param prefix how every key and channel begins
   */
  public RedisBackend(String url, String prefix, BackendLimits limits) {
    this(url, prefix, limits, RedisTimes.DEFAULT);
  }

  RedisBackend(String url, String prefix, BackendLimits limits, RedisTimes times) {
    this.times = times;
    RedisAddress address = RedisAddress.of(url);
    RedisKeys keys = new RedisKeys(prefix, address.database());
    String probeChannel = keys.probe(UUID.randomUUID().toString());
    Subscriptions subscriptions = new Subscriptions();
    link = new RedisLink(address, this::reconnected);
    RedisLease lease = new RedisLease(link, keys, times.lease());
    RedisNews news = new RedisNews(subscriptions);
    directory = new RedisDirectory(link, keys, subscriptions, limits);
    presence = new RedisPresence(link, keys, lease, directory, news, limits.presenceLimit());
    news.onEvict(presence::evicted);
    subscriber = new RedisSubscriber(address, probeChannel, news, times.probeTimeout());
    log = new RedisLog(link, keys, subscriber, news, subscriptions, limits);
    tokens = new RedisTokens(link, keys);
    upkeep =
        new RedisUpkeep(
            link,
            lease,
            presence,
            directory,
            subscriber,
            probeChannel,
            times.period(),
            limits.roomIdleTtl());
  }

  /**
   * Connects to a Redis once, to see whether that works.
   *
   * @param url as above
   * @throws BackendException that says why it does not, after about two seconds at the most
   */
  public static void check(String url) {
    RedisAddress address = RedisAddress.of(url);
    try {
      address.ping();
    } catch (JedisException e) {
      throw new BackendException(address + " cannot be used: " + RedisLink.reason(e), e);
    }
  }

  @Override
  public void start() {
    link.start();
    subscriber.start();
    upkeep.start();
  }

  @Override
  public boolean isDelivering() {
    return subscriber.echoAge().compareTo(times.period().multipliedBy(2)) < 0;
  }

  @Override
  public long probeFailures() {
    return upkeep.probeFailures();
  }

  private void reconnected() {
    upkeep.reconnected();
  }

  @Override
  public void close() {
    upkeep.close();
    subscriber.close();
    link.close();
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
  public Tokens tokens() {
    return tokens;
  }
}
