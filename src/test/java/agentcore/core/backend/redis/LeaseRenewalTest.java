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
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Health;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.network.FaultProxy.Direction;
import java.nio.charset.StandardCharsets;
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

  private Lease lease(CommandLink link) {
    return new Lease(
        link, keys, prefix + "probe", RedisBackend.Timing.DEFAULT.lease(), number -> {});
  }

  private static CommandLink link() {
    RedisUrl url = RedisUrl.parse(REDIS.url());
    CommandLink link = new CommandLink(url, new Health(url), () -> {}, () -> {});
    link.start();
    return link;
  }

  private List<?> renew(CommandLink link, String server, int number) {
    return Reply.list(
        link.call(
            Scripts.BEAT,
            List.of(keys.servers(), keys.numbers()),
            server,
            RedisBackend.Timing.DEFAULT.lease().toMillis(),
            prefix + "probe",
            number,
            1));
  }

  @Test
  void numbersAreUniqueAmongLivingServersAndReused() {
    try (CommandLink link = link()) {
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
    try (CommandLink link = link()) {
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
      RedisUrl url = RedisUrl.parse(redis.url());
      try (CommandLink link = new CommandLink(url, new Health(url), () -> {}, () -> {})) {
        link.start();
        Lease lease = lease(link);
        assertFalse(lease.renew().wasRemoved());
        String unused = redis.command("CONFIG", "SET", "maxmemory", "1");
        assertFalse(lease.renew().wasRemoved());
        assertEquals(true, lease.isHeld());
      }
    }
  }

  @Test
  void refusedRenewalSuspendsTheLeaseUntilTheNextRenewal() {
    try (RedisProcess redis = RedisProcess.start()) {
      RedisUrl url = RedisUrl.parse(redis.url());
      try (CommandLink link = new CommandLink(url, new Health(url), () -> {}, () -> {})) {
        link.start();
        Lease lease = lease(link);
        assertFalse(lease.renew().wasRemoved());
        assertEquals(true, lease.isSteady());
        String unused = redis.command("CONFIG", "SET", "min-replicas-to-write", "1");
        assertThrows(BackendException.class, lease::renew);
        assertFalse(lease.isHeld());
        unused = redis.command("CONFIG", "SET", "min-replicas-to-write", "0");
        assertFalse(lease.renew().wasRemoved());
        assertEquals(Set.of(), lease.dead());
        assertEquals(true, lease.isHeld());
        assertFalse(lease.isSteady(), "others may have removed its members meanwhile");
      }
    }
  }

  @Test
  void replacesConnectionWhoseRepliesBelongToOtherRequests() {
    try (FaultProxy proxy = FaultProxy.to(REDIS.port())) {
      RedisUrl url = RedisUrl.parse("redis://127.0.0.1:" + proxy.port() + "/0");
      try (CommandLink link = new CommandLink(url, new Health(url), () -> {}, () -> {})) {
        link.start();
        Lease lease = lease(link);
        assertFalse(lease.renew().wasRemoved());
        proxy.insert(Direction.TO_CLIENT, "+OK\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThrows(BackendException.class, lease::renew);
        assertFalse(lease.isHeld());
        Await.until("replies to the right requests", () -> echo(link).equals("hello"));
        assertFalse(lease.renew().wasRemoved());
      }
    }
  }

  private static String echo(CommandLink link) {
    try {
      return Reply.text(link.call(Command.ECHO, "hello"));
    } catch (BackendException away) {
      return "";
    }
  }

  @Test
  void serverThatRedisHasForgottenTakesAnotherId() {
    try (CommandLink link = link()) {
      Lease lease = lease(link);
      assertFalse(lease.renew().wasRemoved());
      String before = lease.server();
      String unused = REDIS.command("DEL", keys.servers());
      assertEquals(true, lease.renew().wasRemoved());
      assertNotEquals(before, lease.server());
      assertFalse(lease.renew().wasRemoved());
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
      one.log().publish(room, Position.UNKNOWN, "id-1", "{}", Optional.empty());
      assertEquals("*2\r\n:1\r\n:0\r\n", exists(prefix + 0, prefix + 1));
      two.log().publish(room, Position.UNKNOWN, "id-2", "{}", Optional.empty());
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
