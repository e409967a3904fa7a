package agentcore.core.backend.redis;

import agentcore.core.backend.Accounts;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Directory;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Presence;
import agentcore.core.backend.TokenBuckets;
import agentcore.core.backend.redis.cluster.Primary;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.PubSubLink;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * The backend of servers that share a Redis (version 7 or newer) or Valkey (8 or newer): one
 * primary, one behind sentinels, or a cluster.
 *
 * <p>While Redis is unreachable, every method throws within two seconds. Afterwards everything
 * works again without a restart.
 */
public final class RedisBackend implements Backend {
  /** A message waits for a token, and then perhaps for the store once more. */
  private static final Duration TOKEN_TIMEOUT = Duration.ofMillis(100);

  private final Keys keys;
  private final Partitions partitions;
  private final StoreCheck check;
  private final Router router;
  private final Subscriptions subscriptions;
  private final RedisLog log;
  private final RedisPresence presence;
  private final RedisDirectory directory;
  private final RedisAccounts accounts;
  private final Probes probes;
  private final Upkeep upkeep;
  private final Timing timing;

  /**
   * How often a server works at its lease, and how long a silence it accepts.
   *
   * @param period between two renewals of the lease, and between two probes
   * @param lease a server that does not renew its lease for that long is declared dead
   * @param probeTimeout a connection that receives no message for that long is closed
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
   * @param url the address, as {@link RedisUrl} describes it
   * @param prefix the beginning of every key and channel
   */
  public RedisBackend(String url, String prefix, BackendLimits limits) {
    this(url, prefix, limits, Timing.DEFAULT);
  }

  RedisBackend(String url, String prefix, BackendLimits limits, Timing timing) {
    this.timing = timing;
    RedisUrl parsed = RedisUrl.parse(url);
    keys = new Keys(prefix, parsed.login().database());
    partitions = new Partitions(keys);
    check = new StoreCheck(parsed, keys);
    subscriptions = new Subscriptions(keys, this::link);
    router =
        new Router(
            parsed, partitions::probeChannel, timing.probeTimeout(), subscriptions, this::changed);
    log = new RedisLog(router, keys, subscriptions, limits);
    directory = new RedisDirectory(router, keys, this::joined, limits);
    accounts = new RedisAccounts(router, keys, limits.inboxTtl());
    Lease lease = new Lease(router, keys, timing.lease(), log::useScriptOf);
    presence =
        new RedisPresence(router, keys, lease, directory, subscriptions, limits.presenceLimit());
    subscriptions.onEvict(presence::evicted);
    probes = new Probes(router, keys.servers());
    upkeep =
        new Upkeep(
            router,
            partitions,
            lease,
            presence,
            directory,
            probes,
            new RecoveryCheck(router, check),
            timing.period(),
            limits.roomIdleTtl());
  }

  private Set<GroupId> joined() {
    return presence.groups();
  }

  private PubSubLink link(int slot) {
    return router.owner(slot).messages();
  }

  private void changed(BitSet slots) {
    upkeep.changed(slots::get);
  }

  /**
   * Connects to every server of the store and checks everything that a server needs: to run
   * scripts, to write, to publish and to subscribe.
   *
   * @return what was found: the servers with their roles and versions
   * @throws BackendException that names what is missing, after some seconds at most
   */
  public static List<String> check(String url, String prefix) {
    RedisUrl parsed = RedisUrl.parse(url);
    return new StoreCheck(parsed, new Keys(prefix, parsed.login().database())).report();
  }

  @Override
  public void start() {
    try {
      router.start(keys.servers());
      for (Primary primary : router.primaries()) {
        if (primary.commands().isUp()) {
          check.checkRights(primary.node(), slot -> primary.equals(router.owner(slot)));
        }
      }
      router.startChannels();
      upkeep.start();
    } catch (Throwable failed) {
      close();
      throw failed;
    }
  }

  @Override
  public boolean isDelivering() {
    return !router.primary(keys.servers()).health().refusesWrites()
        && probes.age().compareTo(timing.period().multipliedBy(2)) < 0;
  }

  @Override
  public int partsAway() {
    return (int)
        router.primaries().stream()
            .filter(primary -> !primary.commands().isUp() || primary.health().refusesWrites())
            .count();
  }

  @Override
  public long probeFailures() {
    return probes.failures();
  }

  @Override
  public void close() {
    try (router) {
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
  public Accounts accounts() {
    return accounts;
  }

  @Override
  public TokenBuckets tokens() {
    return this::take;
  }

  private TokenBuckets.Grant take(String user, int tokens, TokenBuckets.Rate rate) {
    List<?> reply =
        Reply.list(
            Reply.await(
                router.submit(
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
