package agentcore.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.core.AgentCore;
import agentcore.core.Setting;
import agentcore.testkit.RawClient;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServer;
import agentcore.testkit.TestServers;
import agentcore.testkit.protocol.Description;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The similarities to the Python original, and the differences. */
class ComingFromPythonTest {
  private static final String JOIN = "{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}";

  private static RawClient connect(int port, String user) {
    RawClient client = RawClient.connect(port, RawClient.path(user));
    client.nextJson("welcome");
    return client;
  }

  private static void create(RawClient client) {
    client.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"den\"}}");
    client.nextJson("room_info");
  }

  private static void say(RawClient client, String text) {
    client.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"den\",\"text\":\"%s\"}}".formatted(text));
    client.nextJson("chat_message");
  }

  private static String ask(RawClient client, String request, String field) {
    client.send(request);
    return client.nextJson().get(field).getAsString();
  }

  @Test
  void basicUsageOfTheOriginalIsAChat() throws Exception {
    try (AgentCore server = BasicUsage.start(Map.of("PORT", "0"));
        RawClient alice = connect(server.port(), "alice")) {
      assertEquals("pong", ask(alice, "{\"type\":\"ping\",\"data\":{}}", "type"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '=',
      textBlock =
          """
          BACKEND_TYPE=memory
          REDIS_URL=redis://localhost:6379/0
          REDIS_CHANNEL_PREFIX=ws:
          MAX_CONNECTIONS_PER_CLIENT=5
          MAX_TOTAL_CONNECTIONS=10000
          WS_HEARTBEAT_INTERVAL=30
          WS_HEARTBEAT_TIMEOUT=60
          WS_MAX_MESSAGE_SIZE=1048576
          RATE_LIMIT_MESSAGES=100
          RATE_LIMIT_WINDOW=60
          RATE_LIMIT_BURST=150
          """)
  void settingsHaveTheNamesAndDefaultsOfTheOriginal(String name, String value) {
    assertEquals(value, Setting.find(Setting.library(), name).orElseThrow().defaultValue());
  }

  @Test
  void allConnectionsOfAllServersShareARoom() {
    try (TestServers servers = TestServers.start(2, Map.of(), SharedStore::memory);
        RawClient alice = connect(servers.get(0).port(), "alice");
        RawClient bob = connect(servers.get(1).port(), "bob")) {
      create(alice);
      bob.send(JOIN);
      assertEquals(2, bob.nextJson("room_info").get("user_count").getAsInt());
      say(bob, "hi");
      assertEquals("hi", alice.nextJson("chat_message").get("text").getAsString());
    }
  }

  @Test
  void historySurvivesServersAndConnections() {
    try (TestServers servers = TestServers.start(2, Map.of(), SharedStore::memory);
        RawClient bob = connect(servers.get(1).port(), "bob")) {
      try (RawClient alice = connect(servers.get(0).port(), "alice")) {
        create(alice);
        say(alice, "said before");
        alice.closeNormally();
      }
      bob.send(JOIN);
      bob.nextJson("room_info");
      bob.send("{\"type\":\"get_message_history\",\"data\":{\"room\":\"den\"}}");
      JsonObject history = bob.nextJson("message_history");
      JsonObject only = history.getAsJsonArray("messages").get(0).getAsJsonObject();
      assertEquals("said before", only.get("text").getAsString());
    }
  }

  @Test
  void serverFramesHaveNoDataField() {
    List<String> events =
        Description.messages().stream().filter(name -> !name.endsWith(".request")).toList();
    for (String event : events) {
      String fields = "#/components/messages/" + event + "/payload/properties";
      assertFalse(Description.at(fields).getAsJsonObject().has("data"), event);
    }
  }

  @Test
  void badJsonAndRateLimitAreErrorsAndKeepTheConnection() {
    Map<String, String> once =
        Map.of("RATE_LIMIT_MESSAGES", "1", "RATE_LIMIT_BURST", "2", "RATE_LIMIT_WINDOW", "3600");
    try (TestServer server = TestServer.start(once);
        RawClient alice = connect(server.port(), "alice")) {
      assertEquals("INVALID_JSON", ask(alice, "{\"type\":", "error_code"));
      assertEquals("rooms_list", ask(alice, "{\"type\":\"list_rooms\"}", "type"));
      assertEquals("RATE_LIMIT_EXCEEDED", ask(alice, "{\"type\":\"list_rooms\"}", "error_code"));
      assertEquals("pong", ask(alice, "{\"type\":\"ping\"}", "type"));
    }
  }

  @Test
  void joiningAgainIsAnsweredAndNotAnnounced() {
    try (TestServer server = TestServer.start();
        RawClient alice = connect(server.port(), "alice");
        RawClient bob = connect(server.port(), "bob")) {
      create(alice);
      bob.send(JOIN);
      assertEquals(2, bob.nextJson("room_info").get("user_count").getAsInt());
      alice.nextJson("user_joined_room");
      bob.send(JOIN);
      assertEquals("room_joined", bob.nextJson().get("type").getAsString());
      assertEquals(2, bob.nextJson("room_info").get("user_count").getAsInt());
      alice.expectSilence();
    }
  }
}
