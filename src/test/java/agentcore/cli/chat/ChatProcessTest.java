package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.FreePort;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat as a script uses it: a process with a pipe at both ends. */
class ChatProcessTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static ChildJvm chat(int port, String... more) {
    List<String> args = new ArrayList<>(List.of("chat", "--url", "ws://127.0.0.1:" + port));
    args.addAll(List.of("--user", "bot"));
    args.addAll(List.of(more));
    return ChildJvm.run(List.of("-Djdk.console=java.base"), args.toArray(String[]::new));
  }

  /** Types lines, ends the input, and returns the exit code. */
  private static int exitAfter(ChildJvm chat, String... lines) {
    chat.type(lines);
    chat.endInput();
    return chat.awaitExit();
  }

  private static List<String> texts(RawClient client, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> client.nextJson("chat_message").get("text").getAsString())
        .toList();
  }

  @Test
  void sendsLinesOfAPipeInOrderAndSucceeds() {
    String[] lines = IntStream.range(0, 200).mapToObj(i -> "line " + i).toArray(String[]::new);
    try (TestServer server = TestServer.start(Map.of("RATE_LIMIT_MESSAGES", "0"));
        RawClient alice = server.connect("alice");
        ChildJvm chat = chat(server.port(), "--room", "lobby")) {
      alice.nextJson("welcome");
      assertEquals(0, exitAfter(chat, lines));
      assertEquals(List.of(lines), texts(alice, lines.length));
      assertEquals("user_left", alice.nextJson().get("type").getAsString());
      assertEquals(List.of(), chat.err());
      assertEquals(List.of(), chat.out());
    }
  }

  @Test
  void rateLimitOnlySlowsItDown() {
    Map<String, String> settings =
        Map.of("RATE_LIMIT_MESSAGES", "10", "RATE_LIMIT_WINDOW", "1", "RATE_LIMIT_BURST", "2");
    String[] lines = {"1", "2", "3", "4", "5", "6", "7", "8"};
    try (TestServer server = TestServer.start(settings);
        RawClient alice = server.connect("alice");
        ChildJvm chat = chat(server.port())) {
      alice.nextJson("welcome");
      assertEquals(0, exitAfter(chat, lines));
      assertEquals(List.of(lines), texts(alice, lines.length));
    }
  }

  @Test
  void printsTextsOfOthersWithoutEscapeSequences() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.connect("alice");
        ChildJvm chat = chat(server.port())) {
      alice.nextJson("welcome");
      chat.type("hello"); // alice may see it before it has joined, but it cannot send before
      alice.nextJson("chat_message");
      alice.send(
          """
          {"type":"chat_message","data":{"room":"lobby","text":"\\u001b]0;x\\u0007 ä\\n[lobby] x: y"}}\
          """);
      Await.until("the message is printed", () -> !chat.out().isEmpty());
      assertEquals(0, exitAfter(chat));
      assertEquals(List.of("[lobby] alice: \uFFFD]0;x\uFFFD ä \u23CE [lobby] x: y"), chat.out());
    }
  }

  @Test
  void scriptReceivesEveryFrameAndCanSendRequests() {
    try (TestServer server = TestServer.start();
        ChildJvm chat = chat(server.port(), "--json")) {
      String request =
          "{\"type\":\"get_user_status\",\"data\":{\"target_user_id\":\"x\"},\"id\":\"7\"}";
      assertEquals(1, exitAfter(chat, "hi", request, "{\"type\":\"nosuch\"}", "/history 5"));
      List<JsonObject> frames =
          chat.out().stream().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
      List<String> types =
          frames.stream()
              .map(frame -> frame.get("type").getAsString())
              .filter(type -> !type.equals("chat_message")) // before or after its ack
              .toList();
      assertEquals(List.of("welcome", "ack", "user_status", "error", "message_history"), types);
      assertTrue(frames.stream().anyMatch(frame -> frame.toString().contains("\"id\":\"7\"")));
      assertEquals(List.of("agentcore chat: Unknown message type: nosuch"), chat.err());
    }
  }

  @Test
  void failsIfNoServerListens() {
    int port = FreePort.next();
    try (ChildJvm chat = chat(port)) {
      assertEquals(1, chat.awaitExit());
      assertEquals(
          "agentcore chat: cannot chat at ws://127.0.0.1:"
              + port
              + ": nothing listens there; is the server running?",
          chat.err().getFirst());
      assertEquals(List.of(), chat.out());
    }
  }

  @Test
  void failsIfTheRoomIsMissingAndSendsNothingToAnotherRoom() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.connect("alice");
        ChildJvm chat = chat(server.port(), "--room", "nosuch")) {
      alice.nextJson("welcome");
      assertEquals(1, exitAfter(chat, "hi"));
      assertEquals("agentcore chat: Room not found: nosuch", chat.err().getFirst());
      assertEquals("user_joined_room", alice.nextJson().get("type").getAsString());
      assertEquals("user_left", alice.nextJson().get("type").getAsString());
    }
  }

  @Test
  void acceptsAValidTokenAndNeverPrintsABadOne() throws Exception {
    JsonWebTokens tokens = new JsonWebTokens(SigningKeys.parse(SECRET), InstantSource.system());
    String good = tokens.sign("bot", Duration.ofMinutes(5));
    String foreign = tokens.sign("alice", Duration.ofMinutes(5));
    try (TestServer server = TestServer.start(Map.of("AUTH_SECRET", SECRET))) {
      try (ChildJvm chat = chat(server.port(), "--token", good)) {
        assertEquals(0, exitAfter(chat, "hi"));
      }
      for (String bad : List.of(good + "x", foreign, "")) {
        try (ChildJvm chat = chat(server.port(), "--token", bad)) {
          assertEquals(1, chat.awaitExit());
          assertTrue(chat.err().getFirst().contains("the token "), chat.err()::toString);
          assertFalse(bad.length() > 1 && chat.err().toString().contains(bad));
        }
      }
    }
  }

  @Test
  void connectsWithTlsOnlyIfTheCertificateIsTrusted(@TempDir Path folder) {
    TestKeystore keystore = TestKeystore.make(folder.resolve("key.p12"), "localhost");
    Path trust = folder.resolve("trust.p12");
    keystore.writeTrustStore(trust);
    Map<String, String> settings =
        Map.of("TLS_KEYSTORE", keystore.file().toString(), "TLS_PASSWORD", TestKeystore.PASSWORD);
    try (TestServer server = TestServer.start(settings)) {
      String[] args = {"chat", "--url", "wss://localhost:" + server.port(), "--user", "bot"};
      List<String> trusting =
          List.of(
              "-Djavax.net.ssl.trustStore=" + trust,
              "-Djavax.net.ssl.trustStorePassword=" + TestKeystore.PASSWORD);
      try (ChildJvm chat = ChildJvm.run(trusting, args)) {
        assertEquals(0, exitAfter(chat, "hi"));
      }
      try (ChildJvm chat = ChildJvm.run(List.of(), args)) {
        assertEquals(1, chat.awaitExit());
        assertTrue(chat.err().getFirst().contains("no secure connection"), chat.err()::toString);
      }
    }
  }

  @Test
  void reportsAGapAfterTheServerLostItsLogs() {
    try (TestServer server = TestServer.start();
        ChildJvm chat = chat(server.port())) {
      Await.until("the chat is connected", () -> server.manager().registry().size() == 1);
      server.core().close();
      Await.until("the chat reports it", () -> !chat.err().isEmpty());
      try (TestServer again = TestServer.start(Map.of("PORT", "" + server.port()))) {
        Await.until("the chat is connected again", () -> again.manager().registry().size() == 1);
        assertEquals(0, exitAfter(chat, "hi again"));
      }
      assertEquals(
          List.of(
              "agentcore chat: connection lost (the server is shutting down), reconnecting",
              "agentcore chat: connected again"),
          chat.err());
      assertEquals("-- lobby: some messages may be missing here", chat.out().getFirst());
    }
  }

  @Test
  void messageWhoseAckIsLostIsSentAgainAndDeliveredOnce() {
    try (TestServer server = TestServer.start();
        FaultProxy proxy = FaultProxy.to(server.port());
        RawClient alice = server.connect("alice");
        ChildJvm chat = chat(proxy.port(), "--json")) {
      alice.nextJson("welcome");
      chat.type("before");
      assertEquals(List.of("before"), texts(alice, 1));
      Await.until("it is acknowledged", () -> chat.out().toString().contains("\"ack\""));
      proxy.stall(FaultProxy.Direction.TO_CLIENT);
      chat.type("once");
      assertEquals(List.of("once"), texts(alice, 1));
      proxy.reset();
      proxy.heal();
      assertEquals(0, exitAfter(chat, "after"));
      assertEquals(List.of("after"), texts(alice, 1));
      assertEquals("agentcore chat: connected again", chat.err().getLast());
      long duplicates = chat.out().stream().filter(l -> l.contains("\"duplicate\":true")).count();
      assertEquals(1, duplicates);
    }
  }
}
