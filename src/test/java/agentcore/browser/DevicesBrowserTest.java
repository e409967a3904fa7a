package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.process.ServerProcess;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One user with two browsers and a terminal: they agree on rooms, conversations and unread. */
class DevicesBrowserTest extends BrowserTest {
  private final List<Visitor> browsers = new ArrayList<>();

  /** Starts two servers that share Redis, or returns one server with a memory of its own twice. */
  private List<ServerProcess> servers(String backend) {
    Map<String, String> settings = new HashMap<>(Map.of("RATE_LIMIT_MESSAGES", "0"));
    if (backend.equals("memory")) {
      ServerProcess only = closeLater(ServerProcess.start(settings));
      return List.of(only, only);
    }
    RedisProcess redis = closeLater(RedisProcess.start());
    settings.putAll(Map.of("BACKEND_TYPE", "redis", "REDIS_URL", redis.url()));
    return List.of(
        closeLater(ServerProcess.start(settings)), closeLater(ServerProcess.start(settings)));
  }

  /** Waits until both browsers list these rooms and conversations, with what is unread in them. */
  private void awaitInBrowsers(String... rows) {
    String labels =
        "[...document.querySelectorAll('#rooms button, #people button')]"
            + ".map(b => b.ariaLabel.replace(/[\\u2068\\u2069]/g, '').replace(/^(Private r|R)oom /, '').replace(/, \\d+ members?/, ''))"
            + ".sort().join(' | ')";
    for (Visitor browser : browsers) {
      browser.tab().await(labels + " === " + Tab.quoted(String.join(" | ", rows)));
    }
  }

  /** Waits until all three devices are in a room. */
  private static void awaitAllIn(RawClient bob, String room) {
    Await.until("all devices in " + room, () -> connections(bob, room) == 3);
  }

  private static long connections(RawClient bob, String room) {
    bob.send("{\"type\":\"get_room_users\",\"data\":{\"room\":\"%s\"}}".formatted(room));
    return bob.nextJson("room_users").getAsJsonArray("users").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(user -> user.get("username").getAsString().equals("alice"))
        .count();
  }

  private static void say(RawClient bob, String room, String text) {
    bob.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s\",\"text\":\"%s\"},\"id\":\"%s\"}"
            .formatted(room, text, text));
    bob.nextJson("ack");
  }

  private static String tell(RawClient bob, String text) {
    bob.send(
        "{\"type\":\"private_message\",\"data\":{\"target_user_id\":\"alice\",\"text\":\"%s\"},\"id\":\"%s\"}"
            .formatted(text, text));
    while (true) {
      var reply = bob.nextJson();
      if (reply.has("id") && reply.get("id").getAsString().equals(text)) {
        return reply.get("type").getAsString();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "redis"})
  void devicesOfOneUserAgree(String backend) {
    List<ServerProcess> servers = servers(backend);
    browsers.add(signIn(servers.getFirst().port(), "alice"));
    browsers.add(signIn(servers.getLast().port(), "alice"));
    Visitor laptop = browsers.getFirst();
    Visitor phone = browsers.getLast();
    try (RawClient bob = servers.getLast().connect("bob")) {
      bob.nextJson("welcome");
      laptop.create("den", "public");
      laptop.open("lobby");
      awaitInBrowsers("den", "lobby");

      bob.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
      bob.nextJson("room_info");
      say(bob, "den", "one");
      say(bob, "den", "two, @alice");
      assertEquals("private_message_sent", tell(bob, "psst"));
      awaitInBrowsers("bob, 1 unread", "den, 2 unread, 1 mention", "lobby");

      Terminal terminal = closeLater(Terminal.start(servers.getFirst().port(), "alice"));
      terminal.await("-- den: 2 unread, 1 mention");
      terminal.await("-- bob (private): 1 unread");
      awaitAllIn(bob, "den");

      say(bob, "den", "three");
      terminal.await("[den] bob: three");
      awaitInBrowsers("bob, 1 unread", "den, 3 unread, 1 mention", "lobby");
      phone.tab().reload();
      phone.awaitOpen("lobby");
      awaitInBrowsers("bob, 1 unread", "den, 3 unread, 1 mention", "lobby");
      terminal.type("/unread");
      terminal.await("-- den: 3 unread, 1 mention");
      terminal.await("-- bob (private): 1 unread");

      terminal.type("/join den");
      terminal.await("den: ");
      terminal.type("/history");
      terminal.await("bob: three");
      awaitInBrowsers("bob, 1 unread", "den", "lobby");
      laptop.open("bob");
      awaitInBrowsers("bob", "den", "lobby");
      terminal.type("/unread");
      terminal.await("-- you have read everything");

      laptop.say("What is it?");
      phone.open("bob");
      phone.awaitLast("You: What is it? (Sent)");
      terminal.await("you to bob (private): What is it?");
      phone.open("lobby");

      terminal.type("/leave den");
      awaitInBrowsers("bob", "lobby");
      assertEquals(0, connections(bob, "den"));
      phone.tab().click("#others button", "Join den");
      awaitInBrowsers("bob", "den", "lobby");
      awaitAllIn(bob, "den");

      laptop.tab().click("#block", "Block bob");
      laptop.tab().click("#block-dialog .primary");
      laptop.tab().await("block.textContent === 'Unblock'");
      assertEquals("error", tell(bob, "still there?"));
      terminal.await("-- bob is blocked");
      phone.open("bob");
      phone.tab().await("block.textContent === 'Unblock'");
      terminal.type("/unblock bob");
      terminal.await("-- bob is no longer blocked");
      laptop.tab().await("block.textContent === 'Block'");
      assertEquals("private_message_sent", tell(bob, "and now?"));
      laptop.awaitLast("bob: and now?");
      phone.awaitLast("bob: and now?");
      assertFalse(phone.messages().contains("bob: still there?"));
      awaitInBrowsers("bob", "den", "lobby");
    }
  }
}
