package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.redis.QuickRedis;
import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.TestServers;
import agentcore.testkit.network.FaultProxy;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Interruptions that last longer than a lease. */
class LeaseTest {
  private static final Duration LONGER_THAN_A_LEASE = QuickRedis.LEASE.plusMillis(500);
  private static final Predicate<JsonObject> COMINGS_AND_GOINGS =
      Guest.ofType("user_left").or(Guest.ofType("user_joined_room"));

  @Test
  void pauseOfRedisLetsNoServerDeclareAnotherDead() {
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers =
            TestServers.start(2, Guest.UNLIMITED, RedisStore.quick(redis.port()));
        Guest bob = Guest.connect(servers.get(1).port(), "bob");
        Guest alice = Guest.connect(servers.get(0).port(), "alice")) {
      bob.await("user_joined_room");
      redis.pause();
      pass(LONGER_THAN_A_LEASE);
      redis.resume();
      alice.sayUntilStored("lobby", "by alice");
      assertEquals(2, users(alice));
      bob.sayUntilStored("lobby", "by bob");
      // Long enough to find a lease void that was not renewed since the pause.
      pass(QuickRedis.LEASE);
      for (Guest guest : List.of(alice, bob)) {
        guest.awaitText("by alice");
        guest.awaitText("by bob");
        assertTrue(guest.isOpen());
        assertEquals(0, guest.heard(Guest.ofType("room_reset")).size());
      }
      assertEquals(0, alice.heard(COMINGS_AND_GOINGS).size());
      assertEquals(1, bob.heard(COMINGS_AND_GOINGS).size());
      assertEquals(2, users(alice));
    }
  }

  @Test
  void membersOfAServerThatWasCutOffLeaveAndJoinAndMissNothing() {
    try (FaultProxy proxy = FaultProxy.to(SharedRedis.port());
        TestServers servers =
            TestServers.start(
                2, Guest.UNLIMITED, RedisStore.quick(SharedRedis.port(), proxy.port()));
        Guest bob = Guest.connect(servers.get(1).port(), "bob");
        Guest alice = Guest.connect(servers.get(0).port(), "alice")) {
      bob.await("user_joined_room");
      alice.say("lobby", "0");
      proxy.cut();
      alice.say("lobby", "1");
      alice.await("bob's end", Guest.ofType("user_left").and(Guest.of("bob")));
      assertEquals(1, users(alice));
      alice.say("lobby", "2");
      proxy.heal();
      alice.await("bob's return", Guest.ofType("user_joined_room").and(Guest.of("bob")));
      alice.say("lobby", "3");
      bob.sayUntilStored("lobby", "4");
      for (Guest guest : List.of(alice, bob)) {
        guest.awaitText("4");
        assertEquals(List.of("0", "1", "2", "3", "4"), guest.texts("lobby"));
        assertTrue(guest.isOpen());
        assertEquals(0, guest.heard(Guest.ofType("room_reset")).size());
      }
      assertEquals(2, users(alice));
      assertEquals(2, alice.heard(COMINGS_AND_GOINGS).size());
      assertEquals(1, bob.heard(COMINGS_AND_GOINGS).size(), "nothing about bob himself");
    }
  }

  private static int users(Guest guest) {
    return guest.ask("get_room_users", "{\"room\":\"lobby\"}").getAsJsonArray("users").size();
  }

  /** Lets real time pass, since the clock of Redis cannot be set. */
  private static void pass(Duration time) {
    long endNanos = System.nanoTime() + time.toNanos();
    Await.until("time to pass", () -> System.nanoTime() >= endNanos);
  }
}
