package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.Together;
import agentcore.testkit.network.FaultProxy;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Redis goes away while servers run: no connection is closed, requests that need Redis are refused
 * in time, and everything works again when it is back.
 */
class OutageTest {
  /**
   * The requests that need the store, except for leave_room, which takes effect without it. If a
   * user has no inbox, resume_inbox does not need it.
   */
  private static final Map<String, String> REQUESTS = requests();

  private static Map<String, String> requests() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("chat_message", Guest.saying("den", "lost"));
    all.put("list_rooms", "{}");
    all.put("join_room", "{\"room\":\"lobby2\"}");
    all.put("create_room", "{\"room_name\":\"another\"}");
    all.put("get_room_users", "{\"room\":\"den\"}");
    all.put("get_message_history", "{\"room\":\"den\"}");
    all.put("private_message", "{\"target_user_id\":\"bob\",\"text\":\"lost too\"}");
    all.put("get_inbox", "{}");
    all.put("invite_user", "{\"room\":\"den\",\"target_user_id\":\"bob\"}");
    all.put("remove_user", "{\"room\":\"den\",\"target_user_id\":\"bob\"}");
    all.put("get_user_status", "{\"target_user_id\":\"bob\"}");
    all.put("join_rooms", "{\"rooms\":[{\"room\":\"lobby2\"}]}");
    all.put("my_rooms", "{}");
    all.put("mark_read", "{\"room\":\"den\",\"seq\":1}");
    all.put("block_user", "{\"target_user_id\":\"mallory\"}");
    all.put("unblock_user", "{\"target_user_id\":\"mallory\"}");
    all.put("blocked_users", "{}");
    return all;
  }

  @Test
  void survivesAKilledAndRestartedRedis() {
    try (Outage outage = new Outage()) {
      outage.redis.command("SAVE");
      outage.redis.kill();
      outage.assertAway();
      outage.redis.restart();
      outage.assertBack();
      outage.assertNothingStored();
    }
  }

  @Test
  void pausedRedisNeverStoresWhatWasRefused() {
    try (Outage outage = new Outage()) {
      outage.redis.pause();
      outage.assertAway();
      outage.redis.resume();
      outage.assertBack();
      outage.assertNothingStored();
    }
  }

  @Test
  void survivesALinkThatLosesRequests() {
    try (Outage outage = new Outage()) {
      outage.proxy.stall(FaultProxy.Direction.TO_SERVER);
      outage.assertAway();
      outage.proxy.heal();
      outage.assertBack();
      outage.assertNothingStored();
    }
  }

  @Test
  void survivesALinkThatLosesReplies() {
    try (Outage outage = new Outage()) {
      outage.proxy.stall(FaultProxy.Direction.TO_CLIENT);
      outage.assertAway();
      outage.proxy.heal();
      outage.assertBack();
    }
  }

  @Test
  void clientThatConnectsDuringAnOutageIsClosedInTime() {
    try (Outage outage = new Outage()) {
      outage.redis.pause();
      try (Guest late = Guest.open(outage.servers.get(1).port(), "late")) {
        assertEquals(1013, late.awaitClose());
      }
      outage.redis.resume();
      outage.assertBack();
      assertEquals(0, outage.connectionsOf("late"));
    }
  }

  @Test
  void joinRefusedDuringAnOutageLeavesNoMember() {
    try (Outage outage = new Outage();
        Guest carol = Guest.connect(outage.servers.get(1).port(), "carol")) {
      outage.redis.pause();
      JsonObject answer = carol.ask("join_room", "{\"room\":\"den\"}");
      assertEquals("BACKEND_UNAVAILABLE", Guest.text(answer, "error_code"));
      outage.redis.resume();
      outage.assertBack();
      Await.until("carol to be out", () -> !outage.usersOfDen().contains("carol"));
      assertEquals("NOT_IN_ROOM", Guest.text(carol.say("den", "am I in?"), "error_code"));
      carol.join("den");
      assertTrue(outage.usersOfDen().contains("carol"));
    }
  }

  @Test
  void leaveDuringAnOutageIsAnsweredInTimeAndTakesEffect() {
    try (Outage outage = new Outage();
        Guest carol = Guest.connect(outage.servers.get(1).port(), "carol");
        Guest dave = Guest.connect(outage.servers.get(1).port(), "dave")) {
      carol.join("den");
      dave.join("den");
      outage.redis.pause();
      dave.hangUp();
      JsonObject answer = carol.ask("leave_room", "{\"room\":\"den\"}");
      outage.redis.resume();
      outage.assertBack();
      if (Guest.ofType("room_left").test(answer)) {
        Await.until("carol to have left", () -> !outage.usersOfDen().contains("carol"));
      }
      Await.until("dave to be gone", () -> !outage.usersOfDen().contains("dave"));
      Await.until("dave to be offline", () -> outage.connectionsOf("dave") == 0);
    }
  }

  /** Two servers behind one proxy, with users on both. */
  private static final class Outage implements AutoCloseable {
    final RedisProcess redis = RedisProcess.start();
    final FaultProxy proxy = FaultProxy.to(redis.port());
    final TestServers servers =
        TestServers.start(
            2,
            Map.of(
                "MAX_CONNECTIONS_PER_CLIENT",
                "100",
                // each message takes a token from the store
                "RATE_LIMIT_MESSAGES",
                "6000000",
                "RATE_LIMIT_BURST",
                "10"),
            RedisStore.on(proxy.port()));
    final Guest alice = Guest.connect(servers.get(0).port(), "alice");
    final Guest bob = Guest.connect(servers.get(1).port(), "bob");
    final List<Guest> askers = new ArrayList<>();

    Outage() {
      alice.create("den");
      bob.join("den");
      for (int i = 0; i < REQUESTS.size(); i++) {
        Guest asker = Guest.connect(servers.get(i).port(), "alice");
        asker.join("den");
        askers.add(asker);
      }
      alice.say("den", "before");
      bob.awaitText("before");
    }

    /** Sends all requests at once, each on its own connection. */
    void assertAway() {
      List<Map.Entry<String, String>> requests = List.copyOf(REQUESTS.entrySet());
      List<JsonObject> unused =
          Together.run(
              requests.size(),
              i -> assertAway(askers.get(i), requests.get(i).getKey(), requests.get(i).getValue()));
      assertEquals("pong", Guest.text(alice.ask("ping", "{}"), "type"));
    }

    private static JsonObject assertAway(Guest asker, String type, String data) {
      JsonObject answer = asker.ask(type, data);
      assertEquals("BACKEND_UNAVAILABLE", Guest.text(answer, "error_code"), type + ": " + answer);
      assertTrue(answer.get("retryable").getAsBoolean());
      return answer;
    }

    /** Asserts that messages from both servers reach both, and that nobody was disconnected. */
    void assertBack() {
      alice.sayUntilStored("den", "after, by alice");
      bob.sayUntilStored("den", "after, by bob");
      for (Guest guest : everyone()) {
        guest.awaitText("after, by alice");
        guest.awaitText("after, by bob");
        assertTrue(guest.isOpen());
        assertEquals(0, guest.heard(Guest.ofType("room_reset")).size());
      }
      assertEquals("rooms_list", Guest.text(bob.ask("list_rooms", "{}"), "type"));
      bob.create("afterwards");
    }

    private List<Guest> everyone() {
      List<Guest> all = new ArrayList<>(askers);
      all.addAll(List.of(alice, bob));
      return all;
    }

    void assertNothingStored() {
      JsonObject history = alice.ask("get_message_history", "{\"room\":\"den\"}");
      assertFalse(history.toString().contains("\"lost\""), history.toString());
      everyone().forEach(guest -> assertFalse(guest.texts("den").contains("lost")));
      JsonObject another = alice.ask("join_room", "{\"room\":\"another\"}");
      assertEquals("ROOM_NOT_FOUND", Guest.text(another, "error_code"), another.toString());
    }

    String usersOfDen() {
      return alice.ask("get_room_users", "{\"room\":\"den\"}").get("users").toString();
    }

    int connectionsOf(String user) {
      JsonObject status = alice.ask("get_user_status", "{\"target_user_id\":\"" + user + "\"}");
      return status.get("connections").getAsInt();
    }

    @Override
    public void close() {
      everyone().forEach(Guest::close);
      servers.close();
      proxy.close();
      redis.close();
    }
  }
}
