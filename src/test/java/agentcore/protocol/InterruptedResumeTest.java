package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store fails while a client resumes: the client never has a silent gap. */
class InterruptedResumeTest {
  private static final Map<String, String> SETTINGS =
      Map.of("RATE_LIMIT_MESSAGES", "0", "DEFAULT_ROOM", "", "HISTORY_SIZE", "300");

  /** More than two pages of the log. */
  private static final int MISSED = 300;

  private final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);
  private String failing = "";
  private Runnable meanwhile = () -> {};
  private boolean isGone = true;
  private String epoch = "";

  private void called(String method, Object[] arguments) {
    if (method.equals(failing) && callsLeft.getAndDecrement() <= 0) {
      meanwhile.run();
      if (isGone) {
        throw new BackendException("gone", new IllegalStateException());
      }
    }
  }

  private TestServer start() {
    Config config = TestServer.config(SETTINGS);
    Backend memory = new MemoryBackend(config.backendLimits());
    return TestServer.start(
        config, HookedBackend.of(memory, this::called), TestServer.chat(config));
  }

  /** Makes a method of the backend fail after this many calls. */
  private void fail(String method, int after) {
    failing = method;
    callsLeft.set(after);
  }

  private static void say(RawClient client, String text) {
    client.send(
        "{\"type\":\"chat_message\",\"id\":\"%s\",\"data\":{\"room\":\"den\",\"text\":\"%s\"}}"
            .formatted(text, text));
    JsonObject unused = client.nextJson("ack");
  }

  private void talk(RawClient alice) {
    alice.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"den\"}}");
    epoch = alice.nextJson("room_joined").get("epoch").getAsString();
    for (int i = 1; i <= MISSED; i++) {
      say(alice, "message " + i);
    }
  }

  private void resume(RawClient bob, long since) {
    bob.send(
        "{\"type\":\"join_room\",\"data\":{\"room\":\"den\",\"epoch\":\"%s\",\"since\":%d}}"
            .formatted(epoch, since));
  }

  @Test
  void clientThatCouldNotJoinTriesAgain() {
    try (TestServer server = start();
        RawClient alice = server.connect("alice");
        RawClient bob = server.connect("bob")) {
      talk(alice);
      JsonObject unused = bob.nextJson("welcome");
      fail("join", 0);
      resume(bob, 1);
      assertEquals("error", bob.nextJson().get("type").getAsString());
      callsLeft.set(Integer.MAX_VALUE);
      say(alice, "meanwhile");
      bob.expectSilence();
      resume(bob, 1);
      assertTrue(bob.nextJson("room_joined").get("recovered").getAsBoolean());
      unused = bob.nextJson("room_info");
      for (long seq = 2; seq <= MISSED + 1; seq++) {
        assertEquals(seq, bob.nextJson().get("seq").getAsLong());
      }
    }
  }

  /** The client has joined by then; the next message must not reach it before the missed ones. */
  @ParameterizedTest
  @ValueSource(strings = {"read", "counts"})
  void closesJoinedClientWhoseMissedMessagesCannotBeRead(String method) {
    try (TestServer server = start();
        RawClient alice = server.connect("alice");
        RawClient bob = server.connect("bob")) {
      talk(alice);
      JsonObject unused = bob.nextJson("welcome");
      meanwhile = () -> say(alice, "meanwhile");
      fail(method, 0);
      resume(bob, 1);
      assertEquals(1013, bob.expectClose().code());
    }
  }

  @Test
  void closesPartlyResumedClientWhichThenResumesFromThere() {
    try (TestServer server = start();
        RawClient alice = server.connect("alice");
        RawClient bob = server.connect("bob")) {
      talk(alice);
      JsonObject unused = bob.nextJson("welcome");
      fail("read", 1);
      resume(bob, 0);
      assertTrue(bob.nextJson("room_joined").get("recovered").getAsBoolean());
      unused = bob.nextJson("room_info");
      long seen = 0;
      while (seen < 128) {
        assertEquals(++seen, bob.nextJson().get("seq").getAsLong());
      }
      assertEquals(1013, bob.expectClose().code());
    }
  }

  /** While bob reads the second page, alice writes so much that it is trimmed. */
  @Test
  void resetNamesThePositionBehindWhichLaterMessagesFollow() {
    try (TestServer server = start();
        RawClient alice = server.connect("alice");
        RawClient bob = server.connect("bob")) {
      talk(alice);
      JsonObject unused = bob.nextJson("welcome");
      int later = 200;
      meanwhile =
          () -> {
            failing = "";
            for (int i = 1; i <= later; i++) {
              say(alice, "later " + i);
            }
          };
      isGone = false;
      fail("read", 1);
      resume(bob, 0);
      JsonObject reset = bob.nextJson("room_reset");
      assertEquals("trimmed", reset.get("reason").getAsString());
      assertEquals(MISSED, reset.get("seq").getAsLong());
      for (long seq = MISSED + 1; seq <= MISSED + later; seq++) {
        assertEquals(seq, bob.nextJson().get("seq").getAsLong());
      }
    }
  }
}
