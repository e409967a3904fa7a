package agentcore.core.backend.redis;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Directory;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Presence;
import agentcore.core.backend.TokenBuckets;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Health;
import agentcore.core.backend.redis.link.PubSubLink;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The backend of servers that share one Redis (version 7 or newer).
 *
 * <p>While Redis is away every method throws within two seconds; afterwards everything works again
 * without a restart.
 */
public final class RedisBackend implements Backend {
  /** A message waits for a token, and then perhaps for the store once more. */
  private static final Duration TOKEN_TIMEOUT = Duration.ofMillis(100);

  private final RedisUrl url;
  private final Keys keys;
  private final Health health;
  private final CommandLink link;
  private final PubSubLink pubSub;
  private final RedisLog log;
  private final RedisPresence presence;
  private final RedisDirectory directory;
  private final Upkeep upkeep;
  private final Timing timing;

  /**
   * How often a server works at its lease, and how long a silence it accepts.
   *
   * @param period between two renewals of the lease, and between two probes
   * @param lease a server that does not renew its lease for that long is declared dead
   * @param probeTimeout a connection that receives no probe for that long is closed
   */
  record Timing(Duration period, Duration lease, Duration probeTimeout) {
    static final Timing DEFAULT =
        new Timing(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(3));
  }

  /**
   * Creates a backend that is not connected.
   *
   * <p>The host is looked up for each connection, as far as the JVM's cache allows: to follow a
   * changing DNS name, set {@code networkaddress.cache.ttl} low (see {@link java.net.InetAddress}).
   *
   * @param url {@code redis://} or {@code rediss://}, with user, password and database
   * @param prefix the beginning of every key and channel
   */
  public RedisBackend(String url, String prefix, BackendLimits limits) {
    this(url, prefix, limits, Timing.DEFAULT);
  }

  RedisBackend(String url, String prefix, BackendLimits limits, Timing timing) {
    this.timing = timing;
    this.url = RedisUrl.parse(url);
    keys = new Keys(prefix, this.url.database());
    health = new Health(this.url);
    link = new CommandLink(this.url, health, this::reconnected, this::misled);
    String probeChannel = keys.probe(UUID.randomUUID().toString());
    GroupChannels channels =
        new GroupChannels(keys, this.url, health, probeChannel, timing.probeTimeout());
    pubSub = channels.link();
    log = new RedisLog(link, keys, channels, limits);
    directory = new RedisDirectory(link, keys, channels, limits);
    Lease lease = new Lease(link, keys, probeChannel, timing.lease(), log::useScriptOf);
    presence = new RedisPresence(link, keys, lease, directory, channels, limits.presenceLimit());
    channels.onEvict(presence::evicted);
    RecoveryCheck recovery = new RecoveryCheck(this.url, keys, link, health);
    upkeep =
        new Upkeep(
            lease, presence, directory, pubSub, recovery, timing.period(), limits.roomIdleTtl());
  }

  private void reconnected() {
    upkeep.reconnected();
  }

  /** Commands went to the wrong Redis, and messages may come from the same. */
  private void misled() {
    pubSub.reconnect();
  }

  /**
   * Connects once and checks everything that a server needs: to run scripts, to write, to publish
   * and to subscribe.
   *
   * @throws BackendException that names what is missing, after some seconds at most
   */
  public static void check(String url, String prefix) {
    RedisUrl parsed = RedisUrl.parse(url);
    check(parsed, new Keys(prefix, parsed.database()));
  }

  private static void check(RedisUrl url, Keys keys) {
    try (Connection connection = url.connect()) {
      Set<String> missing = Permissions.missing(keys, connection);
      if (!missing.isEmpty()) {
        throw new BackendException(
            url.server() + " does not give its user these rights: " + String.join(" ", missing));
      }
    } catch (JedisException e) {
      throw new BackendException(url.server() + " cannot be used: " + Reply.reason(e), e);
    }
  }

  @Override
  public void start() {
    try {
      link.start();
      check(url, keys);
      pubSub.start();
      upkeep.start();
    } catch (Throwable failed) {
      close();
      throw failed;
    }
  }

  @Override
  public boolean isDelivering() {
    return !health.refusesWrites()
        && pubSub.probeAge().compareTo(timing.period().multipliedBy(2)) < 0;
  }

  @Override
  public long probeFailures() {
    return upkeep.probeFailures();
  }

  @Override
  public void close() {
    try (link;
        pubSub) {
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
    return this::take;
  }

  private TokenBuckets.Grant take(String user, int tokens, TokenBuckets.Rate rate) {
    List<?> reply =
        Reply.list(
            Reply.await(
                link.submit(
                    Scripts.TAKE,
                    List.of(keys.tokens(GroupId.user(user))),
                    tokens,
                    rate.capacity(),
                    rate.perSecond() / 1_000),
                TOKEN_TIMEOUT));
    return new TokenBuckets.Grant(
        ((Long) reply.get(0)).intValue(), Duration.ofMillis((Long) reply.get(1)));
  }
}
