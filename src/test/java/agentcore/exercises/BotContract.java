package agentcore.exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.backend.GroupId;
import agentcore.core.group.ConnectionManager;
import agentcore.core.group.GroupInternals;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a solution of the fourth exercise, a bot that counts thanks, must do. */
abstract class BotContract {
  private final TestServer server = TestServer.start(Map.of("MAX_TEXT_LENGTH", "40000"));
  private RawClient alice;
  private AutoCloseable bot;

  /** Starts the bot under test. */
  abstract AutoCloseable start(URI server);

  @BeforeEach
  void connect() {
    alice = server.connect("alice");
    alice.nextJson("welcome");
    bot = start(URI.create("ws://127.0.0.1:" + server.port() + "/ws/karma"));
    alice.nextJson("user_joined_room");
    awaitBotIn("lobby");
  }

  /**
   * A member is announced just before it follows the room's log, so an earlier message is history.
   */
  private void awaitBotIn(String room) {
    ConnectionManager manager = server.manager();
    Await.until(
        "the bot to follow the room",
        () ->
            manager.backend().directory().find(room).stream()
                .flatMap(found -> GroupInternals.members(manager, GroupId.room(found)).stream())
                .anyMatch(c -> c.user().equals("karma")));
  }

  @AfterEach
  void close() throws Exception {
    bot.close();
    alice.close();
    server.close();
  }

  private void say(RawClient who, String room, String text) {
    who.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s\",\"text\":\"%s\"}}"
            .formatted(room, text));
    assertHears(who, room, text);
  }

  private static void assertHears(RawClient who, String room, String text) {
    JsonObject message = who.nextJson("chat_message");
    assertEquals(room, message.get("room").getAsString());
    assertEquals(text, message.get("text").getAsString());
  }

  @Test
  void botCountsThanksOfAllUsers() {
    say(alice, "lobby", "bob++");
    assertHears(alice, "lobby", "bob has 1");
    say(alice, "lobby", "well done, carol++ of the kitchen");
    assertHears(alice, "lobby", "carol has 1");
    try (RawClient dave = server.connect("dave")) {
      say(dave, "lobby", "bob++");
      assertHears(dave, "lobby", "bob has 2");
    }
  }

  @Test
  void botIsSilentOtherwise() {
    say(alice, "lobby", "neither ++ nor c++x is thanks, nor is bob+");
    say(alice, "lobby", "bob++");
    assertHears(alice, "lobby", "bob has 1");
  }

  @Test
  void botDoesNotAnswerItself() {
    say(alice, "lobby", "x++++");
    assertHears(alice, "lobby", "x++ has 1");
    say(alice, "lobby", "bob++");
    assertHears(alice, "lobby", "bob has 1");
  }

  @Test
  void botJoinsARoomWhenInvited() {
    alice.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"den\",\"is_public\":false}}");
    alice.nextJson("room_info");
    alice.send(
        "{\"type\":\"invite_user\",\"data\":{\"room\":\"den\",\"target_user_id\":\"karma\"}}");
    assertEquals("karma", alice.nextJson("user_joined_room").get("username").getAsString());
    awaitBotIn("den");
    say(alice, "den", "bob++");
    assertHears(alice, "den", "bob has 1");
  }

  @Test
  void longMessageIsReadToItsEnd() {
    String name = "ä".repeat(30_000);
    say(alice, "lobby", name + "++");
    assertHears(alice, "lobby", name + " has 1");
    say(alice, "lobby", "bob++");
    assertHears(alice, "lobby", "bob has 1");
  }
}
