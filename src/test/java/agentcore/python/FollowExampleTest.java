package agentcore.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.Python;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example for Python, over a link that is cut. */
class FollowExampleTest {
  private static final Path EXAMPLE = Path.of("src", "client", "python", "follow.py");

  private TestServer server;
  private FaultProxy proxy;

  @BeforeEach
  void start() {
    assumeTrue(Python.withWebSockets().isPresent(), "no Python with the package websockets");
    server = TestServer.start();
    proxy = FaultProxy.to(server.port());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      proxy.close();
      server.close();
    }
  }

  private ChildJvm follow(String room) {
    String address = "ws://127.0.0.1:" + proxy.port();
    String python = Python.withWebSockets().orElseThrow();
    return ChildJvm.start(List.of(python, EXAMPLE.toString(), address, "alice", room), Map.of());
  }

  /**
   * Starts the example and waits until it has sent a line. When its joining is announced, its first
   * position may not be read yet, and a message that is sent then may be before it.
   */
  private ChildJvm followFromHere(String room) {
    ChildJvm python = follow(room);
    python.type("here");
    await("the line", List.of(), python);
    return python;
  }

  private static void say(RawClient bob, String room, String text) {
    bob.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s\",\"text\":\"%s\"}}"
            .formatted(room, text));
    while (!bob.nextJson("chat_message").get("text").getAsString().equals(text)) {
      // until the server has stored it
    }
  }

  /** Waits for these lines after the example's own. */
  private static void await(String what, List<String> lines, ChildJvm python) {
    List<String> expected = new ArrayList<>(List.of("alice: here"));
    expected.addAll(lines);
    Await.until(what, () -> python.out().size() >= expected.size() || !python.isAlive());
    assertEquals(expected, python.out(), () -> String.join("\n", python.err()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lobby", "den"})
  void printsMissedMessagesOnceAndInOrder(String room) {
    try (RawClient bob = server.connect("bob")) {
      bob.nextJson("welcome");
      bob.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"den\"}}");
      bob.nextJson("room_info");
      try (ChildJvm python = followFromHere(room)) {
        say(bob, room, "one");
        await("the first message", List.of("bob: one"), python);
        proxy.cut();
        say(bob, room, "two");
        say(bob, room, "three");
        proxy.heal();
        await("the missed messages", List.of("bob: one", "bob: two", "bob: three"), python);
        say(bob, room, "four");
        await(
            "the next message", List.of("bob: one", "bob: two", "bob: three", "bob: four"), python);
      }
    }
  }

  @Test
  void saysThatMessagesMayBeMissingAfterServerIsReplaced() {
    try (RawClient bob = server.connect("bob");
        ChildJvm python = followFromHere("lobby")) {
      say(bob, "lobby", "one");
      await("the first message", List.of("bob: one"), python);
      server.close();
      server = TestServer.start();
      proxy.redirectTo(server.port());
      try (RawClient carol = server.connect("carol")) {
        carol.nextJson("welcome");
        await("the gap", List.of("bob: one", "messages may be missing here"), python);
        say(carol, "lobby", "two");
        await(
            "the next message",
            List.of("bob: one", "messages may be missing here", "carol: two"),
            python);
      }
    }
  }

  @Test
  void sendsEachLineOnceAcrossALostConnection() {
    try (RawClient bob = server.connect("bob");
        ChildJvm python = followFromHere("lobby")) {
      python.type("one");
      await("the first line", List.of("alice: one"), python);
      proxy.cut();
      python.type("two");
      python.type("three");
      proxy.heal();
      await("the others", List.of("alice: one", "alice: two", "alice: three"), python);
      for (String text : List.of("here", "one", "two", "three")) {
        assertEquals(text, bob.nextJson("chat_message").get("text").getAsString());
      }
    }
  }

  @Test
  void endsWithTheReasonOfTheServer() {
    try (ChildJvm python = follow("nowhere")) {
      Await.until("the end", () -> !python.isAlive());
      Await.until("the reason", () -> python.err().contains("Room not found: nowhere"));
    }
  }
}
