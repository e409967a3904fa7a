package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.TestServers;
import agentcore.testkit.network.FaultProxy;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens on one server reaches the others; the transcripts cover most of it. */
class CrossServerTest {

  /** Bob's server reaches Redis through this proxy. */
  private final FaultProxy proxy = FaultProxy.to(SharedRedis.port());

  private final TestServers servers =
      TestServers.start(
          3, Guest.UNLIMITED, RedisStore.on(SharedRedis.port(), proxy.port(), SharedRedis.port()));
  private final Guest alice = Guest.connect(servers.get(0).port(), "alice");
  private final Guest bob = Guest.connect(servers.get(1).port(), "bob");

  @AfterEach
  void close() {
    bob.close();
    alice.close();
    servers.close();
    proxy.close();
  }

  @Test
  void joinsLeavesAndTypingReachTheOtherServer() {
    try (Guest carol = Guest.connect(servers.get(2).port(), "carol")) {
      alice.create("den");
      bob.join("den");
      carol.join("den");
      bob.tell("typing_start", "{\"room\":\"den\"}");
      bob.say("den", "hello");
      bob.ask("leave_room", "{\"room\":\"den\"}");
      carol.hangUp();
      for (String type :
          List.of("user_joined_room", "user_typing_start", "user_typing_stop", "user_left_room")) {
        alice.await(type, about(type, "bob"));
      }
      alice.awaitText("hello");
      alice.await("the end of carol", about("user_left", "carol"));
      alice.await("the end of carol", Guest.ofType("user_left").and(Guest.about("lobby")));
      assertEquals(1, alice.heard(about("user_left", "carol")).size());
      Await.until("carol to be offline", () -> connections(bob, "carol") == 0);
      JsonObject rooms = bob.ask("list_rooms", "{}");
      assertTrue(rooms.toString().contains("\"den\""), rooms.toString());
    }
  }

  @Test
  void serverThatStopsRemovesItsMembers() {
    alice.await("user_joined_room");
    servers.get(1).core().close();
    assertEquals(1001, bob.awaitClose());
    alice.await("user_left");
    Await.until("bob to be offline", () -> connections(alice, "bob") == 0);
    assertEquals(1, alice.heard(Guest.ofType("user_left")).size());
  }

  /** The notice is lost with the link; the removal must not be. */
  @Test
  void removalReachesAServerThatWasCutOff() {
    alice.create("den");
    bob.join("den");
    proxy.cut();
    JsonObject removed = alice.ask("remove_user", "{\"room\":\"den\",\"target_user_id\":\"bob\"}");
    assertEquals("user_removed", Guest.text(removed, "type"), removed.toString());
    proxy.heal();
    alice.say("den", "without bob");
    bob.await("user_removed", Guest.ofType("user_removed").and(Guest.about("den")));
    bob.sayUntilStored("lobby", "back");
    assertEquals("NOT_IN_ROOM", Guest.text(bob.say("den", "still in?"), "error_code"));
    JsonObject users = alice.ask("get_room_users", "{\"room\":\"den\"}");
    assertEquals(1, users.getAsJsonArray("users").size(), users.toString());
  }

  @Test
  void privateMessageReachesAServerThatWasCutOff() {
    String secret = "{\"target_user_id\":\"bob\",\"text\":\"secret\"}";
    proxy.cut();
    JsonObject sent = alice.ask("private_message", secret);
    assertEquals("private_message_sent", Guest.text(sent, "type"), sent.toString());
    assertEquals(0, bob.heard(Guest.ofType("private_message")).size());
    proxy.heal();
    assertEquals("secret", Guest.text(bob.await("private_message"), "text"));
    JsonObject log = bob.askUntilAnswered("get_inbox", "{}");
    assertEquals(1, log.getAsJsonArray("messages").size(), log.toString());
    assertEquals(1, bob.heard(Guest.ofType("private_message")).size());
  }

  @Test
  void clientsOfAStoppedServerMissNothingOnTheNextOne() {
    alice.say("lobby", "before");
    JsonObject last = bob.awaitText("before");
    servers.get(1).core().drain();
    assertEquals(1012, bob.awaitClose());
    alice.say("lobby", "while away");
    String path =
        "/ws/bob?epoch=%s&since=%s&message_id=%s"
            .formatted(
                Guest.text(last, "epoch"), Guest.text(last, "seq"), Guest.text(last, "message_id"));
    try (RawClient back = RawClient.connect(servers.get(0).port(), path)) {
      assertTrue(back.nextJson("welcome").get("recovered").getAsBoolean());
      alice.say("lobby", "after");
      assertEquals("while away", Guest.text(back.nextJson("chat_message"), "text"));
      assertEquals("after", Guest.text(back.nextJson("chat_message"), "text"));
    }
  }

  private static Predicate<JsonObject> about(String type, String user) {
    return Guest.ofType(type).and(Guest.of(user)).and(Guest.about("den"));
  }

  private static int connections(Guest guest, String user) {
    return guest
        .ask("get_user_status", "{\"target_user_id\":\"" + user + "\"}")
        .get("connections")
        .getAsInt();
  }
}
