package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Backend;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Room;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Lists with a maximum length. They are filled through the store, which is faster than through
 * clients.
 */
class ListLimitsTest {
  @Test
  void roomListIsLimitedToThousand() {
    try (TestServer server =
            TestServer.start(Map.of("DEFAULT_ROOM", "", "MAX_ROOMS_PER_USER", "2000"));
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      Backend backend = server.core().backend();
      for (int i = 0; i < 1000; i++) {
        String name = "room %04d".formatted(i);
        backend.directory().create(new Room(name, UUID.randomUUID().toString(), "bob", true));
      }
      backend.directory().create(new Room("a room that is not hers", "x", "bob", false));
      alice.send("{\"type\":\"list_rooms\"}");
      JsonObject list = alice.nextJson("rooms_list");
      assertEquals(1000, list.getAsJsonArray("rooms").size());
      assertFalse(list.has("more"));
      backend.directory().create(new Room("a room", "y", "bob", true));
      alice.send("{\"type\":\"list_rooms\"}");
      list = alice.nextJson("rooms_list");
      JsonArray rooms = list.getAsJsonArray("rooms");
      assertEquals(1000, rooms.size());
      assertTrue(list.get("more").getAsBoolean());
      assertEquals("a room", rooms.get(0).getAsJsonObject().get("name").getAsString());
      assertEquals("room 0998", rooms.get(999).getAsJsonObject().get("name").getAsString());
    }
  }

  @Test
  void userListIsLimitedToThousand() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      Backend backend = server.core().backend();
      GroupId lobby = GroupId.room(backend.directory().find("lobby").orElseThrow());
      for (int i = 1; i < 1000; i++) {
        join(backend, lobby, i);
      }
      alice.send("{\"type\":\"get_room_users\",\"data\":{\"room\":\"lobby\"}}");
      JsonObject list = alice.nextJson("room_users");
      assertEquals(1000, list.getAsJsonArray("users").size());
      assertFalse(list.has("more"));
      join(backend, lobby, 1000);
      alice.send("{\"type\":\"get_room_users\",\"data\":{\"room\":\"lobby\"}}");
      list = alice.nextJson("room_users");
      assertEquals(1000, list.getAsJsonArray("users").size());
      assertTrue(list.get("more").getAsBoolean());
      alice.send("{\"type\":\"join_room\",\"data\":{\"room\":\"lobby\"}}");
      assertEquals(1001, alice.nextJson("room_info").get("user_count").getAsInt());
    }
  }

  private static void join(Backend backend, GroupId group, int number) {
    Member member = new Member("u/" + number, "u", "");
    backend.presence().join(group, member, Integer.MAX_VALUE, Optional.empty());
  }

  @Test
  void historyHoldsWhatFits() {
    try (TestServer server = TestServer.start(Map.of("MAX_TEXT_LENGTH", "100000"));
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      for (int i = 0; i < 4; i++) {
        alice.send(chat("x".repeat(100_000)));
        alice.nextJson("chat_message");
      }
      alice.send("{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\"}}");
      String text = alice.nextText();
      assertTrue(text.length() <= 256 * 1024, "length: " + text.length());
      JsonObject newest = JsonParser.parseString(text).getAsJsonObject();
      assertEquals(2, newest.getAsJsonArray("messages").size());
      assertTrue(newest.get("more").getAsBoolean());
      alice.send("{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\",\"before\":3}}");
      JsonObject older = alice.nextJson("message_history");
      assertEquals(2, older.getAsJsonArray("messages").size());
      assertFalse(older.has("more"));
    }
  }

  private static String chat(String text) {
    return "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"" + text + "\"}}";
  }
}
