package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.process.ServerProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page while the server is killed and restarted on the same port. */
class ReconnectBrowserTest extends BrowserTest {
  /** The browser logs every failed connection. */
  @Override
  boolean isExpected(String error) {
    return error.contains("\"source\":\"network\"") && error.contains("WebSocket connection to");
  }

  private ServerProcess start(Map<String, String> settings, int port) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("PORT", "" + port);
    return closeLater(ServerProcess.start(all));
  }

  @Test
  void deliversEveryMessageOnceAfterRestartWithRedis() {
    RedisProcess redis = closeLater(RedisProcess.start());
    Map<String, String> settings = Map.of("BACKEND_TYPE", "redis", "REDIS_URL", redis.url());
    ServerProcess first = start(settings, 0);
    ServerProcess other = start(settings, 0);
    Visitor alice = signIn(first.port(), "alice");
    alice.create("den", "public");
    alice.say("One");
    alice.awaitLast("You: One (Sent)");
    try (RawClient bob = other.connect("bob")) {
      bob.nextJson("welcome");
      bob.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
      bob.nextJson("room_info");
      first.kill();
      alice.awaitText("The connection is lost.");
      for (String text : List.of("Two", "Three")) {
        bob.send(
            "{\"type\":\"chat_message\",\"data\":{\"room\":\"den\",\"text\":\"%s\"}}"
                .formatted(text));
        bob.nextJson("chat_message");
      }
      alice.say("Four");
      start(settings, first.port());
      alice.awaitLast("You: Four (Sent)");
      assertEquals("Four", bob.nextJson("chat_message").get("text").getAsString());
    }
    assertEquals(
        List.of("You: One (Sent)", "bob: Two", "bob: Three", "You: Four (Sent)"), alice.messages());
    assertFalse(alice.tab().is("document.querySelector('.gap')"), "the page reports a gap");
  }

  @Test
  void reportsLossAndOffersToRecreateRoomsWithoutRedis() {
    ServerProcess first = start(Map.of(), 0);
    Visitor alice = signIn(first.port(), "alice");
    alice.say("In the lobby");
    alice.awaitLast("You: In the lobby (Sent)");
    alice.create("den", "private");
    alice.create("club", "public");
    alice.say("In the club");
    alice.awaitLast("You: In the club (Sent)");
    first.kill();
    alice.awaitText("The connection is lost.");
    start(Map.of(), first.port());
    alice.awaitOpen("lobby");
    alice.awaitText("Messages may be missing here");
    alice.awaitText("The server no longer knows den and club.");
    alice.tab().screenshot("restarted");
    alice.say("Back again");
    alice.awaitLast("You: Back again (Sent)");
    alice.tab().click("#notices button", "Create them again");
    alice.open("club");
    alice.awaitText("Messages may be missing here");
    alice.say("Still here");
    alice.awaitLast("You: Still here (Sent)");
    assertEquals(List.of("You: In the club (Sent)", "You: Still here (Sent)"), alice.messages());
    alice.open("den");
    alice.awaitText("Private room");
  }
}
