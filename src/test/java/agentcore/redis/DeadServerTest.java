package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.process.ServerProcess;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server is killed: its members leave, and each departure is announced exactly once. */
class DeadServerTest {
  private static final int USERS = 8;
  private static final List<String> ROOMS = List.of("lobby", "den", "attic");

  @Test
  void membersOfAKilledServerLeaveExactlyOnceAndFreeTheirQuota() {
    try (RedisProcess redis = RedisProcess.start();
        ServerProcess first = server(redis);
        ServerProcess second = server(redis);
        ServerProcess doomed = server(redis);
        Guest alice = Guest.connect(first.port(), "alice");
        Guest bob = Guest.connect(second.port(), "bob")) {
      alice.create("den");
      alice.create("attic");
      List.of("den", "attic").forEach(bob::join);
      List<Guest> victims = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        assertEquals(4409, refusal(first, "bob"), "MAX_CONNECTIONS_PER_CLIENT");
        Guest victim = Guest.connect(doomed.port(), "victim-" + i);
        List.of("den", "attic").forEach(victim::join);
        victims.add(victim);
      }
      assertEquals(USERS + 2, users(alice));
      assertEquals(1013, refusal(first, "one-too-many"), "MAX_TOTAL_CONNECTIONS");

      doomed.kill();
      for (Guest survivor : List.of(alice, bob)) {
        Await.until(
            "a user_left for each member and room",
            () ->
                isKnown(survivor, "victim-0") && left(survivor, "victim-") == USERS * ROOMS.size());
      }
      List<Guest> back = new ArrayList<>();
      Await.until("the quota to be free", () -> connects(second, "victim-0", back));
      for (int i = 1; i < USERS; i++) {
        back.add(Guest.connect(first.port(), "victim-" + i));
      }
      assertEquals(1013, refusal(first, "one-too-many"), "counted again");
      for (Guest survivor : List.of(alice, bob)) {
        survivor.say("lobby", "the end of " + survivor.channel());
        assertEquals(USERS * ROOMS.size(), left(survivor, "victim-"));
        for (int i = 0; i < USERS; i++) {
          for (String room : ROOMS) {
            var about = Guest.ofType("user_left").and(Guest.of("victim-" + i));
            assertEquals(1, survivor.heard(about.and(Guest.about(room))).size());
          }
        }
        assertEquals(0, left(survivor, "alice") + left(survivor, "bob"));
        assertTrue(survivor.isOpen());
      }
      assertEquals(2, users(alice));
      back.forEach(Guest::close);
      victims.forEach(Guest::close);
    }
  }

  private static ServerProcess server(RedisProcess redis) {
    return ServerProcess.start(
        Map.of(
            "BACKEND_TYPE", "redis",
            "REDIS_URL", redis.url(),
            "MAX_TOTAL_CONNECTIONS", "" + (USERS + 2),
            "MAX_CONNECTIONS_PER_CLIENT", "1",
            "RATE_LIMIT_MESSAGES", "0",
            "WS_HEARTBEAT_INTERVAL", "300",
            "WS_HEARTBEAT_TIMEOUT", "600"));
  }

  private static int users(Guest guest) {
    return guest.ask("get_room_users", "{\"room\":\"den\"}").getAsJsonArray("users").size();
  }

  /** At no moment between the death and the removal may a user seem never to have been here. */
  private static boolean isKnown(Guest guest, String user) {
    JsonObject status = guest.ask("get_user_status", "{\"target_user_id\":\"" + user + "\"}");
    assertFalse(status.get("last_seen").isJsonNull(), status.toString());
    return true;
  }

  private static int left(Guest survivor, String user) {
    return survivor
        .heard(Guest.ofType("user_left").and(e -> Guest.text(e, "username").startsWith(user)))
        .size();
  }

  private static int refusal(ServerProcess server, String user) {
    try (Guest guest = Guest.open(server.port(), user)) {
      return guest.awaitClose();
    }
  }

  private static boolean connects(ServerProcess server, String user, List<Guest> connected) {
    Guest guest = Guest.open(server.port(), user);
    if (guest.isGreeted()) {
      connected.add(guest);
      return true;
    }
    guest.close();
    return false;
  }
}
