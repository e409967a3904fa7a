package agentcore.exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.middleware.Middleware;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a solution of the second exercise, a middleware that mutes a word, must do. */
abstract class MutingContract {
  private TestServer server;
  private RawClient alice;
  private RawClient bob;

  /** Returns the middleware under test. */
  abstract Middleware muting(String word);

  @BeforeEach
  void connect() {
    Config config = TestServer.config(Map.of());
    server =
        TestServer.start(
            new AgentCore(config, new MemoryBackend(config.backendLimits()))
                .endpoint("/ws/{user_id}", TestServer.chat(config))
                .use(muting("c.spam")));
    alice = server.connect("alice");
    alice.nextJson("welcome");
    bob = server.connect("bob");
    alice.nextJson("user_joined_room");
    bob.nextJson("welcome");
  }

  @AfterEach
  void close() {
    bob.close();
    alice.close();
    server.close();
  }

  private void say(String text) {
    alice.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"%s\"}}"
            .formatted(text));
  }

  private void assertRefused(String code) {
    assertEquals(code, alice.nextJson("error").get("error_code").getAsString());
  }

  private void assertNextForBob(String text) {
    JsonObject next = bob.nextJson();
    assertEquals(text, next.get("text").getAsString(), next::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c.spam", "buy C.SPAM now", "c.spam!", "(c.spam)"})
  void textWithTheWordIsRefusedAndNotDelivered(String text) {
    say(text);
    assertRefused("VALIDATION_FAILED");
    say("sorry");
    assertNextForBob("sorry");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "c.spammer", "magic.spam", "cXspam", "c. spam"})
  void otherTextsAreDelivered(String text) {
    say(text);
    assertNextForBob(text);
  }

  @Test
  void wordIsMutedInPrivateMessagesButNotInRoomNames() {
    alice.send(
        "{\"type\":\"private_message\",\"data\":{\"target_user_id\":\"bob\",\"text\":\"c.spam\"}}");
    assertRefused("VALIDATION_FAILED");
    alice.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"c.spam\"}}");
    assertEquals("c.spam", alice.nextJson("room_created").get("room").getAsString());
    bob.expectSilence();
  }

  @Test
  void invalidMessagesAreAnsweredAsUsual() {
    alice.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":8}}");
    assertRefused("INVALID_MESSAGE_FORMAT");
    alice.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\"}}");
    assertRefused("VALIDATION_FAILED");
    alice.send("c.spam");
    assertRefused("INVALID_JSON");
  }
}
