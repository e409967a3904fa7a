package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import agentcore.core.Config;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Position;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.network.FaultProxy.Direction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Protocol.Command;

class LeaseRenewalTest {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();

  private final String prefix = UUID.randomUUID() + ":";
  private final Keys keys = new Keys(prefix, 0);

  private Lease lease(Router router) {
    return new Lease(router, keys, RedisBackend.Timing.DEFAULT.lease(), number -> {});
  }

  private Router router() {
    return router(REDIS.url());
  }

  private Router router(String url) {
    Router router =
        new Router(
            RedisUrl.parse(url),
            slots -> Optional.empty(),
            Duration.ofSeconds(3),
            new Subscriptions(keys, slot -> fail("no subscription")),
            changed -> {});
    router.start(keys.servers());
    return router;
  }

  private List<?> renew(Router link, String server, int number) {
    return Reply.list(
        link.call(
            Scripts.RENEW,
            List.of(keys.servers(), keys.numbers()),
            server,
            RedisBackend.Timing.DEFAULT.lease().toMillis(),
            number,
            1));
  }

  @Test
  void numbersAreUniqueAmongLivingServersAndReused() {
    try (Router link = router()) {
      assertEquals(0L, renew(link, "a", -1).get(3));
      assertEquals(1L, renew(link, "b", -1).get(3));
      assertEquals(0L, renew(link, "a", 0).get(3), "kept");
      String unused = REDIS.command("ZREM", keys.servers(), "a");
      assertEquals(0L, renew(link, "c", -1).get(3), "free since its server is dead");
      assertEquals(2L, renew(link, "a", 0).get(3), "its number was taken meanwhile");
      unused = REDIS.command("DEL", keys.numbers());
      assertEquals(0L, renew(link, "b", 1).get(3), "lost");
    }
  }

  @Test
  void findsVoidLeasesEvenIfTheClockOfRedisWasSetBack() {
    try (Router link = router()) {
      List<?> reply = renew(link, "a", -1);
      long now = (Long) reply.get(2);
      String unused = REDIS.command("ZADD", keys.servers(), "" + (now - 11_000), "old");
      unused = REDIS.command("ZADD", keys.servers(), "" + (now + 3_600_000), "early");
      unused = REDIS.command("ZADD", keys.servers(), "" + (now - 5_000), "young");
      assertEquals(Set.of("old", "early"), Set.copyOf(Reply.texts(renew(link, "a", 0).get(1))));
    }
  }

  @Test
  void renewsTheLeaseWhenRedisHasNoMemoryLeft() {
    try (RedisProcess redis = RedisProcess.start()) {
      try (Router link = router(redis.url())) {
        Lease lease = lease(link);
        assertFalse(lease.renew());
        String unused = redis.command("CONFIG", "SET", "maxmemory", "1");
        assertFalse(lease.renew());
        assertEquals(true, lease.isHeld());
      }
    }
  }

  @Test
  void refusedRenewalSuspendsTheLeaseUntilTheNextRenewal() {
    try (RedisProcess redis = RedisProcess.start()) {
      try (Router link = router(redis.url())) {
        Lease lease = lease(link);
        assertFalse(lease.renew());
        assertEquals(true, lease.isSteady());
        String unused = redis.command("CONFIG", "SET", "min-replicas-to-write", "1");
        assertThrows(BackendException.class, lease::renew);
        assertFalse(lease.isHeld());
        unused = redis.command("CONFIG", "SET", "min-replicas-to-write", "0");
        assertFalse(lease.renew());
        assertEquals(Set.of(), lease.dead());
        assertEquals(true, lease.isHeld());
        assertFalse(lease.isSteady(), "others may have removed its members meanwhile");
      }
    }
  }

  @Test
  void replacesConnectionWhoseRepliesBelongToOtherRequests() {
    try (FaultProxy proxy = FaultProxy.to(REDIS.port())) {
      try (Router link = router("redis://127.0.0.1:" + proxy.port() + "/0")) {
        Lease lease = lease(link);
        assertFalse(lease.renew());
        proxy.insert(Direction.TO_CLIENT, "+OK\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThrows(BackendException.class, lease::renew);
        assertFalse(lease.isHeld());
        Await.until("replies to the right requests", () -> echo(link).equals("hello"));
        assertFalse(lease.renew());
      }
    }
  }

  private static String echo(Router link) {
    try {
      return Reply.text(
          Reply.await(link.primary("any").commands().submitHere(Command.ECHO, "hello")));
    } catch (BackendException away) {
      return "";
    }
  }

  @Test
  void serverThatRedisHasForgottenTakesAnotherId() {
    try (Router link = router()) {
      Lease lease = lease(link);
      assertFalse(lease.renew());
      String before = lease.server();
      String unused = REDIS.command("DEL", keys.servers());
      assertEquals(true, lease.renew());
      assertNotEquals(before, lease.server());
      assertFalse(lease.renew());
    }
  }

  @Test
  void serversPublishBySeparateScripts() {
    BackendLimits limits = Config.defaults().backendLimits();
    try (RedisBackend one = new RedisBackend(REDIS.url(), prefix, limits);
        RedisBackend two = new RedisBackend(REDIS.url(), prefix, limits)) {
      one.start();
      two.start();
      String unused = REDIS.command("SCRIPT", "FLUSH");
      GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
      one.log().publish(room, Position.UNKNOWN, new Draft("id-1", "{}"), Optional.empty());
      assertEquals("*2\r\n:1\r\n:0\r\n", exists(prefix + 0, prefix + 1));
      two.log().publish(room, Position.UNKNOWN, new Draft("id-2", "{}"), Optional.empty());
      assertEquals("*2\r\n:1\r\n:1\r\n", exists(prefix + 0, prefix + 1));
    }
  }

  private static String exists(String... names) {
    String[] words = new String[2 + names.length];
    words[0] = "SCRIPT";
    words[1] = "EXISTS";
    for (int i = 0; i < names.length; i++) {
      words[2 + i] = Scripts.PUBLISH.named(names[i]).digest();
    }
    return REDIS.command(words);
  }
}
