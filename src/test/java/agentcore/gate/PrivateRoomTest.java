package agentcore.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Attempts to get into a private room through a race, or to take a reserved name. */
class PrivateRoomTest {
  private final Config config = TestServer.config(Map.of());
  private final Backend memory = new MemoryBackend(config.backendLimits());

  /** Runs once, before the next connection enters a room. */
  private final AtomicReference<Optional<Runnable>> beforeEntering =
      new AtomicReference<>(Optional.empty());

  /** Runs once, before the next invitation ends. */
  private final AtomicReference<Optional<Runnable>> beforeUninviting =
      new AtomicReference<>(Optional.empty());

  private Backend hooked() {
    return HookedBackend.of(
        memory,
        (method, arguments) -> {
          if (method.equals("uninvite")) {
            beforeUninviting.getAndSet(Optional.empty()).ifPresent(Runnable::run);
          }
          if (method.equals("join") && ((GroupId) arguments[0]).kind() == GroupId.Kind.ROOM) {
            beforeEntering.getAndSet(Optional.empty()).ifPresent(Runnable::run);
          }
        });
  }

  private static void ask(RawClient client, String type, String data) {
    client.send("{\"type\":\"" + type + "\",\"data\":" + data + "}");
  }

  @Test
  void removedUserDoesNotGetInThroughAJoinAtTheSameTime() {
    try (TestServer server = TestServer.start(config, hooked(), TestServer.chat(config));
        RawClient alice = server.connect("alice");
        RawClient eve = server.connect("eve");
        RawClient eve2 = server.connect("eve")) {
      eve.nextJson("welcome");
      eve2.nextJson("welcome");
      ask(alice, "create_room", "{\"room_name\":\"den\",\"is_public\":false}");
      ask(alice, "invite_user", "{\"room\":\"den\",\"target_user_id\":\"eve\"}");
      eve.nextJson("room_invitation");
      eve2.nextJson("room_invitation");
      ask(eve, "join_room", "{\"room\":\"den\"}");
      eve.nextJson("room_info");
      beforeEntering.set(
          Optional.of(
              () -> {
                ask(alice, "remove_user", "{\"room\":\"den\",\"target_user_id\":\"eve\"}");
                alice.nextJson("user_removed");
              }));
      ask(eve2, "join_room", "{\"room\":\"den\"}");
      assertEquals("Room not found: den", eve2.nextJson("error").get("message").getAsString());
      JsonObject unused = eve2.nextJson("room_removal"); // all devices of the user are told
      ask(alice, "get_room_users", "{\"room\":\"den\"}");
      assertEquals(1, alice.nextJson("room_users").getAsJsonArray("users").size());
      ask(alice, "chat_message", "{\"room\":\"den\",\"text\":\"secret\"}");
      alice.nextJson("chat_message");
      eve2.expectSilence();
    }
  }

  /** An invitation belongs to the user: it stays while any of the user's connections is in. */
  @Test
  void userWhoseOtherConnectionLeavesMeanwhileStaysInvited() {
    try (TestServer server = TestServer.start(config, hooked(), TestServer.chat(config));
        RawClient alice = server.connect("alice");
        RawClient eve = server.connect("eve");
        RawClient eve2 = server.connect("eve")) {
      String channel = eve.nextJson("welcome").get("user_id").getAsString();
      eve2.nextJson("welcome");
      ask(alice, "create_room", "{\"room_name\":\"den\",\"is_public\":false}");
      ask(alice, "invite_user", "{\"room\":\"den\",\"target_user_id\":\"eve\"}");
      eve.nextJson("room_invitation");
      eve2.nextJson("room_invitation");
      ask(eve, "join_room", "{\"room\":\"den\"}");
      eve.nextJson("room_info");
      beforeUninviting.set(Optional.of(() -> join(eve2)));
      ask(eve, "leave_room", "{\"room\":\"den\"}");
      eve.nextJson("room_left");
      join(eve); // still invited
      ask(eve2, "leave_room", "{\"room\":\"den\"}");
      eve2.nextJson("room_left");
      beforeUninviting.set(Optional.of(() -> join(eve2)));
      ask(alice, "remove_user", "{\"room\":\"den\",\"target_user_id\":\"" + channel + "\"}");
      assertEquals(channel, alice.nextJson("user_removed").get("user_id").getAsString());
      eve.nextJson("user_removed");
      join(eve);
    }
  }

  private static void join(RawClient client) {
    ask(client, "join_room", "{\"room\":\"den\"}");
    assertEquals("den", client.nextJson("room_joined").get("room").getAsString());
    client.nextJson("room_info");
  }

  /** The name is free for a moment after a loss of data; its creator would own everybody's room. */
  @Test
  void missingDefaultRoomCannotBeCreatedByAClient() {
    try (TestServer server = TestServer.start(config, memory, TestServer.chat(config));
        RawClient eve = server.connect("eve")) {
      ask(eve, "leave_room", "{\"room\":\"lobby\"}");
      eve.nextJson("room_left");
      assertTrue(memory.directory().remove(memory.directory().find("lobby").orElseThrow()));
      ask(eve, "create_room", "{\"room_name\":\" lobby \",\"is_public\":false}");
      assertEquals("ROOM_EXISTS", eve.nextJson("error").get("error_code").getAsString());
      assertEquals(Optional.empty(), memory.directory().find("lobby"));
    }
  }
}
