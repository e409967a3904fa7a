package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.protocol.transcript.Expectation;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies and closes while the store is unavailable or fails unexpectedly. */
class FaultyStoreTest {
  private static final List<String> NEVER_FAILING =
      List.of("start", "close", "leave", "unsubscribe");

  private final AtomicReference<Optional<RuntimeException>> fault =
      new AtomicReference<>(Optional.empty());

  private TestServer start() {
    Config config = TestServer.config(Map.of());
    Backend memory = new MemoryBackend(config.backendLimits());
    Backend faulty =
        HookedBackend.of(
            memory,
            (method, arguments) -> {
              if (!NEVER_FAILING.contains(method) && fault.get().isPresent()) {
                throw fault.get().get();
              }
            });
    return TestServer.start(config, faulty, TestServer.chat(config));
  }

  private static void expectError(
      RawClient client, String type, String sentence, String code, boolean retryable) {
    String expected =
        """
        {"type":"error","message":"%s","message_type":"%s","error_code":"%s","retryable":%s,"id":"1"}
        """
            .formatted(sentence, type, code, retryable);
    String actual = client.nextText();
    assertEquals(
        Optional.empty(),
        new Expectation()
            .difference(JsonParser.parseString(expected), JsonParser.parseString(actual)),
        actual);
  }

  private static final String CHAT =
      "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"x\"},\"id\":\"1\"}";

  /** As if Redis were emptied between the lookup of the room and the join. */
  @Test
  void recreatesDefaultRoomThatVanishesDuringConnect() {
    Config config = TestServer.config(Map.of());
    Backend memory = new MemoryBackend(config.backendLimits());
    AtomicInteger opened = new AtomicInteger();
    Backend losing =
        HookedBackend.of(
            memory,
            (method, arguments) -> {
              if (method.equals("open") && opened.incrementAndGet() == 1) {
                assertTrue(
                    memory.directory().remove(memory.directory().find("lobby").orElseThrow()));
              }
            });
    try (TestServer server = TestServer.start(config, losing, TestServer.chat(config));
        RawClient alice = server.connect("alice")) {
      JsonObject welcome = alice.nextJson("welcome");
      assertEquals("[\"lobby\"]", welcome.get("rooms").toString());
      assertTrue(welcome.has("seq") && welcome.has("epoch"), welcome.toString());
      assertEquals(2, opened.get());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHAT,
        "{\"type\":\"create_room\",\"data\":{\"room_name\":\"den\"},\"id\":\"1\"}",
        "{\"type\":\"join_room\",\"data\":{\"room\":\"den\"},\"id\":\"1\"}",
        "{\"type\":\"list_rooms\",\"id\":\"1\"}",
        "{\"type\":\"get_room_users\",\"data\":{\"room\":\"lobby\"},\"id\":\"1\"}",
        "{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\"},\"id\":\"1\"}",
        "{\"type\":\"private_message\",\"data\":{\"target_user_id\":\"a\",\"text\":\"x\"},\"id\":\"1\"}",
        "{\"type\":\"get_user_status\",\"data\":{\"target_user_id\":\"a\"},\"id\":\"1\"}",
        "{\"type\":\"invite_user\",\"data\":{\"room\":\"lobby\",\"target_user_id\":\"a\"},\"id\":\"1\"}"
      })
  void answersRequestsWithErrorWhileStoreIsUnavailable(String request) {
    String type = JsonParser.parseString(request).getAsJsonObject().get("type").getAsString();
    try (TestServer server = start();
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      fault.set(Optional.of(new BackendException("gone", new IllegalStateException())));
      alice.send(request);
      expectError(
          alice,
          type,
          "The message store is not reachable, try again",
          "BACKEND_UNAVAILABLE",
          true);
      alice.send("{\"type\":\"ping\"}");
      assertEquals("pong", alice.nextJson().get("type").getAsString());

      fault.set(Optional.empty());
      alice.send(CHAT);
      assertEquals(
          1, alice.nextJson("ack").get("seq").getAsLong(), "the refused message was not stored");
    }
  }

  @Test
  void refusesConnectionsWhileStoreIsUnavailable() {
    try (TestServer server = start()) {
      fault.set(Optional.of(new BackendException("gone", new IllegalStateException())));
      try (RawClient alice = server.connect("alice")) {
        assertEquals(1013, alice.expectClose().code());
      }
      fault.set(Optional.empty());
      try (RawClient alice = server.connect("alice")) {
        alice.nextJson("welcome");
      }
    }
  }

  @Test
  void answersDefectWithoutDetailsAndKeepsConnection() {
    try (TestServer server = start();
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      fault.set(Optional.of(new IllegalStateException("the secret is 42")));
      alice.send(CHAT);
      expectError(alice, "chat_message", "Internal error", "INTERNAL_ERROR", false);
      fault.set(Optional.empty());
      alice.send(CHAT);
      assertEquals(1, alice.nextJson("ack").get("seq").getAsLong());
    }
  }

  @Test
  void defectDuringConnectClosesConnection() {
    try (TestServer server = start()) {
      fault.set(Optional.of(new IllegalStateException("broken")));
      try (RawClient alice = server.connect("alice")) {
        assertEquals(1011, alice.expectClose().code());
      }
    }
  }
}
