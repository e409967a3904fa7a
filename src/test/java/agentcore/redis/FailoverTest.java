package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.network.FaultProxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Two servers reach Redis by one address, behind which another Redis takes over: a proxy that keeps
 * its connections, like a virtual address or a DNS name.
 */
class FailoverTest {
  /** Generous: five seconds are promised. */
  private static final Duration LONG = Duration.ofSeconds(60);

  private static final String REPLICA = "is a replica and takes no writes";

  /** Two Redis servers; the second replicates the first. */
  private static final class Pair implements AutoCloseable {
    final RedisProcess first = RedisProcess.start("--repl-diskless-sync-delay", "0");
    final RedisProcess second = RedisProcess.start("--repl-diskless-sync-delay", "0");
    final FaultProxy address = FaultProxy.to(first.port());
    final Warnings warnings = new Warnings();
    final TestServers servers =
        TestServers.start(2, Guest.UNLIMITED, RedisStore.on(address.port()));
    final Guest alice = Guest.connect(servers.get(0).port(), "alice");
    final Guest bob = Guest.connect(servers.get(1).port(), "bob");

    Pair() {
      bob.await("user_joined_room", Guest.ofType("welcome"));
      follow(second, first);
      alice.say("lobby", "before");
      bob.awaitText("before");
      assertEquals("+OK\r\n", first.command("SET", "mark", "1"));
      Await.until(
          "the copy, which comes in the order of the writes",
          LONG,
          () -> second.command("GET", "mark").equals("$1\r\n1\r\n"));
    }

    static void follow(RedisProcess replica, RedisProcess primary) {
      assertEquals("+OK\r\n", replica.command("REPLICAOF", "127.0.0.1", "" + primary.port()));
    }

    void promote() {
      assertEquals("+OK\r\n", second.command("REPLICAOF", "NO", "ONE"));
      address.redirectTo(second.port());
    }

    /** Asserts that messages from both servers reach both, and that nobody was disconnected. */
    void assertWorks() {
      alice.sayUntilStored("lobby", "after, by alice");
      bob.sayUntilStored("lobby", "after, by bob");
      for (Guest guest : new Guest[] {alice, bob}) {
        guest.awaitText("after, by alice");
        guest.awaitText("after, by bob");
        assertTrue(guest.isOpen());
        assertEquals(0, guest.heard(Guest.ofType("user_left")).size());
      }
      Await.until(
          "delivery from the Redis that is written to",
          LONG,
          () -> servers.all().stream().allMatch(s -> s.core().backend().isDelivering()));
      // Each server has two connections: one for commands and one for pub/sub.
      Await.until(
          "the other Redis to have no clients",
          LONG,
          () -> !first.command("CLIENT", "LIST").contains("name=agentcore"));
    }

    @Override
    public void close() {
      alice.close();
      bob.close();
      servers.close();
      warnings.close();
      address.close();
      second.close();
      first.close();
    }
  }

  @Test
  void leavesADemotedPrimaryThatKeepsItsConnections() {
    try (Pair redis = new Pair()) {
      redis.promote();
      Pair.follow(redis.first, redis.second);
      redis.assertWorks();
      redis.warnings.await(4, REPLICA); // beginning and end, on two servers
      assertEquals(4, redis.warnings.count(REPLICA), redis.warnings.with("").toString());
      assertEquals(2, redis.warnings.count("works again"));
      assertEquals(0, redis.warnings.count("is away"));
    }
  }

  @Test
  void reconnectsUntilTheAddressLeadsToAPrimary() {
    try (Pair redis = new Pair()) {
      assertEquals("+OK\r\n", redis.second.command("REPLICAOF", "NO", "ONE"));
      Pair.follow(redis.first, redis.second);
      redis.warnings.await(2, REPLICA);
      assertEquals(
          "BACKEND_UNAVAILABLE", Guest.text(redis.alice.say("lobby", "lost"), "error_code"));
      redis.address.redirectTo(redis.second.port());
      redis.assertWorks();
      assertEquals(0, redis.alice.texts("lobby").stream().filter("lost"::equals).count());
      redis.warnings.await(4, REPLICA);
      assertEquals(4, redis.warnings.count(REPLICA), redis.warnings.with("").toString());
    }
  }

  /** The old primary does not know that it was replaced, and reports too few replicas. */
  @Test
  void leavesAPrimaryThatWasReplacedUnnoticed() {
    try (Pair redis = new Pair()) {
      redis.promote();
      String unused = redis.first.command("CONFIG", "SET", "min-replicas-to-write", "1");
      redis.assertWorks();
      redis.warnings.await(4, "too few replicas");
    }
  }

  @Test
  void movesTheSubscriptionsToTheRedisThatIsWrittenTo() {
    try (Pair redis = new Pair()) {
      // Only the pub/sub connections are replaced, and lead to the other Redis.
      redis.promote();
      String unused = redis.first.command("CLIENT", "KILL", "TYPE", "pubsub");
      Await.until(
          "pub/sub to use the other Redis",
          LONG,
          () -> redis.second.command("CLIENT", "LIST", "TYPE", "pubsub").contains("agentcore"));
      redis.address.redirectTo(redis.first.port());
      redis.alice.sayUntilStored("lobby", "heard");
      redis.bob.awaitText("heard");
      Await.until(
          "pub/sub to use the Redis that is written to",
          LONG,
          () -> redis.servers.all().stream().allMatch(s -> s.core().backend().isDelivering()));
    }
  }
}
