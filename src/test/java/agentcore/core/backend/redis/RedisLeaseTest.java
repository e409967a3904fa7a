package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.Config;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Position;
import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.network.FaultProxy.Direction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Protocol.Command;

/** What one renewal does in Redis, and what it returns. */
class RedisLeaseTest {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();

  private final String prefix = java.util.UUID.randomUUID() + ":";
  private final RedisKeys keys = new RedisKeys(prefix, 0);

  /** A Redis connection with its own lease. */
  private RedisLease lease(RedisLink link) {
    return new RedisLease(link, keys, prefix + "probe", RedisTimes.DEFAULT.lease());
  }

  private static RedisLink link() {
    RedisAddress address = RedisAddress.of(REDIS.url());
    RedisLink link = new RedisLink(address, new RedisTroubles(address), () -> {}, () -> {});
    link.start();
    return link;
  }

  private List<?> renew(RedisLink link, String server, int number) {
    return RedisReply.list(
        link.call(
            RedisScript.BEAT,
            List.of(keys.servers(), keys.numbers()),
            server,
            RedisTimes.DEFAULT.lease().toMillis(),
            prefix + "probe",
            number));
  }

  @Test
  void numbersAreUniqueAmongTheLivingAndUsedAgain() {
    try (RedisLink link = link()) {
      assertEquals(0L, renew(link, "a", -1).get(3));
      assertEquals(1L, renew(link, "b", -1).get(3));
      assertEquals(0L, renew(link, "a", 0).get(3), "kept");
      String unused = REDIS.command("ZREM", keys.servers(), "a");
      assertEquals(0L, renew(link, "c", -1).get(3), "of the dead");
      assertEquals(2L, renew(link, "a", 0).get(3), "taken by another meanwhile");
      unused = REDIS.command("DEL", keys.numbers());
      assertEquals(0L, renew(link, "b", 1).get(3), "lost");
    }
  }

  @Test
  void voidLeasesAreFoundAlsoWhereTheClockOfRedisWasSetBack() {
    try (RedisLink link = link()) {
      List<?> reply = renew(link, "a", -1);
      long now = (Long) reply.get(2);
      String unused = REDIS.command("ZADD", keys.servers(), "" + (now - 11_000), "old");
      unused = REDIS.command("ZADD", keys.servers(), "" + (now + 3_600_000), "early");
      unused = REDIS.command("ZADD", keys.servers(), "" + (now - 5_000), "young");
      assertEquals(
          Set.of("old", "early"), Set.copyOf(RedisReply.texts(renew(link, "a", 0).get(1))));
    }
  }

  @Test
  void leaseIsRenewedAlsoWhereRedisHasNoMemoryLeft() {
    try (RedisProcess redis = RedisProcess.start()) {
      RedisAddress address = RedisAddress.of(redis.url());
      try (RedisLink link =
          new RedisLink(address, new RedisTroubles(address), () -> {}, () -> {})) {
        link.start();
        RedisLease lease = lease(link);
        assertFalse(lease.beat().wasReaped());
        String unused = redis.command("CONFIG", "SET", "maxmemory", "1");
        assertFalse(lease.beat().wasReaped());
        assertEquals(true, lease.isHeld());
      }
    }
  }

  @Test
  void refusedRenewalEndsTheRightToActUntilTheNextOne() {
    try (RedisProcess redis = RedisProcess.start()) {
      RedisAddress address = RedisAddress.of(redis.url());
      try (RedisLink link =
          new RedisLink(address, new RedisTroubles(address), () -> {}, () -> {})) {
        link.start();
        RedisLease lease = lease(link);
        assertFalse(lease.beat().wasReaped());
        assertEquals(true, lease.isSteady());
        String unused = redis.command("CONFIG", "SET", "min-replicas-to-write", "1");
        assertThrows(BackendException.class, lease::beat);
        assertFalse(lease.isHeld());
        unused = redis.command("CONFIG", "SET", "min-replicas-to-write", "0");
        RedisLease.Beat beat = lease.beat();
        assertEquals(List.of(), beat.dead());
        assertEquals(true, lease.isHeld());
        assertFalse(lease.isSteady(), "others may have removed its members meanwhile");
      }
    }
  }

  @Test
  void connectionWhoseRepliesBelongToOtherRequestsIsReplaced() {
    try (FaultProxy proxy = FaultProxy.to(REDIS.port())) {
      RedisAddress address = RedisAddress.of("redis://127.0.0.1:" + proxy.port() + "/0");
      try (RedisLink link =
          new RedisLink(address, new RedisTroubles(address), () -> {}, () -> {})) {
        link.start();
        RedisLease lease = lease(link);
        assertFalse(lease.beat().wasReaped());
        proxy.insert(Direction.TO_CLIENT, "+OK\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThrows(BackendException.class, lease::beat);
        assertFalse(lease.isHeld());
        Await.until("replies to the right requests", () -> echo(link).equals("hello"));
        assertFalse(lease.beat().wasReaped());
      }
    }
  }

  private static String echo(RedisLink link) {
    try {
      return RedisReply.text(link.call(Command.ECHO, "hello"));
    } catch (BackendException away) {
      return "";
    }
  }

  @Test
  void serverThatRedisDoesNotKnowAnyMoreTakesAnotherName() {
    try (RedisLink link = link()) {
      RedisLease lease = lease(link);
      assertFalse(lease.beat().wasReaped());
      String before = lease.server();
      String unused = REDIS.command("DEL", keys.servers());
      assertEquals(true, lease.beat().wasReaped());
      assertNotEquals(before, lease.server());
      assertFalse(lease.beat().wasReaped());
    }
  }

  @Test
  void twoServersPublishBySeparateScripts() {
    BackendLimits limits = Config.defaults().backendLimits();
    try (RedisBackend one = new RedisBackend(REDIS.url(), prefix, limits);
        RedisBackend two = new RedisBackend(REDIS.url(), prefix, limits)) {
      one.start();
      two.start();
      String unused = REDIS.command("SCRIPT", "FLUSH");
      GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
      one.log().publish(room, Position.UNKNOWN, "id-1", "{}", java.util.Optional.empty());
      assertEquals("*2\r\n:1\r\n:0\r\n", exists(prefix + 0, prefix + 1));
      two.log().publish(room, Position.UNKNOWN, "id-2", "{}", java.util.Optional.empty());
      assertEquals("*2\r\n:1\r\n:1\r\n", exists(prefix + 0, prefix + 1));
    }
  }

  private static String exists(String... names) {
    String[] words = new String[2 + names.length];
    words[0] = "SCRIPT";
    words[1] = "EXISTS";
    for (int i = 0; i < names.length; i++) {
      words[2 + i] = RedisScript.PUBLISH.named(names[i]).shaText();
    }
    return REDIS.command(words);
  }
}
