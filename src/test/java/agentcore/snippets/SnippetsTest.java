package agentcore.snippets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.ConfigException;
import agentcore.core.ServerRoom;
import agentcore.core.Setting;
import agentcore.core.auth.Authenticator;
import agentcore.core.auth.Identity;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.message.Fields;
import agentcore.core.serializer.Serializer;
import agentcore.example.ChatConsumer;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawHttp;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServer;
import agentcore.testkit.TestServers;
import com.google.gson.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of the documentation. */
class SnippetsTest {
  private final Config config = TestServer.config(Map.of());

  /** A server with the notice board, not started. */
  private AgentCore board() {
    return new AgentCore(config, new MemoryBackend(config.backendLimits()))
        .endpoint("/ws/{user_id}", new Board());
  }

  private static String post(String text) {
    return "{\"type\":\"post\",\"id\":\"1\",\"data\":{\"text\":\"%s\"}}".formatted(text);
  }

  @Test
  void smallestServerGreets() throws Exception {
    try (AgentCore server = Servers.smallest();
        RawClient alice = RawClient.connect(server.port(), "/ws/alice")) {
      alice.send("{\"type\":\"hello\"}");
      assertEquals("alice", alice.nextJson("hello").get("user").getAsString());
    }
  }

  @Test
  void flagOverridesTheFileAndProblemsAreNamed(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("settings"), "PORT=1\nMAX_ROOMS=7\n");
    Config loaded = Servers.settings(file);
    assertEquals(9000, loaded.integer(Setting.PORT));
    assertEquals(7, loaded.integer(Setting.MAX_ROOMS));
    Files.writeString(file, "MAX_ROOMS=none\n");
    assertThrows(ConfigException.class, () -> Servers.settings(file));
  }

  @Test
  void postIsDeliveredToAllStoredOnceAndNotEmpty() {
    try (TestServer server = TestServer.start(board());
        RawClient alice = connectAndGreet(server, "alice");
        RawClient bob = connectAndGreet(server, "bob")) {
      assertEquals("bob", alice.nextJson("joined").get("user").getAsString());
      alice.send(post("hello"));
      assertEquals("hello", bob.nextJson("posted").get("text").getAsString());
      assertEquals(
          List.of("posted", "stored"), Stream.of(type(alice), type(alice)).sorted().toList());
      alice.send(post("hello"));
      assertEquals(1, alice.nextJson("stored").get("seq").getAsInt());
      alice.send(post(""));
      assertEquals("Text is required", alice.nextJson("error").get("message").getAsString());
      alice.closeNormally();
      assertEquals("alice", bob.nextJson("left").get("user").getAsString());
    }
  }

  /** Connects and waits for the welcome: only then does the user hear of others who join. */
  private static RawClient connectAndGreet(TestServer server, String user) {
    RawClient client = server.connect(user);
    client.nextJson("welcome");
    return client;
  }

  private static String type(RawClient client) {
    return client.nextJson().get("type").getAsString();
  }

  @Test
  void onlyWritersMayPost() {
    try (TestServer server = TestServer.start(Servers.withWriters(board(), Set.of("alice")));
        RawClient alice = server.connect("alice");
        RawClient bob = server.connect("bob")) {
      bob.nextJson("welcome");
      bob.send(post("hello"));
      JsonObject refusal = bob.nextJson("error");
      assertEquals("NOT_ALLOWED", refusal.get("error_code").getAsString());
      alice.send(post("hello"));
      assertEquals("hello", bob.nextJson("posted").get("text").getAsString());
    }
  }

  @Test
  void tokenIsLookedUpElsewhere() {
    AgentCore core = Servers.withTokens(board(), Map.of("sesame", "alice"));
    try (TestServer server = TestServer.start(core);
        RawClient alice = RawClient.connect(server.port(), "/ws/alice?token=sesame");
        RawClient mallory = RawClient.connect(server.port(), "/ws/alice?token=guess")) {
      alice.nextJson("welcome");
      assertEquals(4401, mallory.expectClose().code());
    }
  }

  @Test
  void routeAnswersOverHttp() {
    try (TestServer server = TestServer.start(Servers.withRoute(board()));
        RawClient anybody = RawClient.open(server.port())) {
      anybody.sendBytes(
          "GET /hello/J%C3%B6rg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
              .getBytes(US_ASCII));
      assertTrue(anybody.readToEnd().endsWith("Hello, Jörg\n"));
    }
  }

  @Test
  void operatorsRouteIsOnTheAdminPortOnly() {
    Config own = config.with(Setting.ADMIN_PORT, "0");
    AgentCore core = Servers.withOperatorRoute(new AgentCore(own));
    String request = "GET /rooms HTTP/1.1\r\nHost: x\r\n\r\n";
    try (TestServer server = TestServer.start(core);
        RawHttp operator = RawHttp.open(core.adminPort().orElseThrow());
        RawHttp anybody = RawHttp.open(server.port())) {
      assertEquals("0 rooms\n", operator.send(request).next().body());
      assertEquals(404, anybody.send(request).next().status());
    }
  }

  @Test
  void threadPublishesEverySecond() throws Exception {
    try (TestServer server = TestServer.start()) {
      ScheduledExecutorService ticker = Bots.tick(server.core());
      try {
        Await.until("two ticks", () -> ticks(server) >= 2);
      } finally {
        ticker.shutdownNow();
      }
    }
  }

  private static int ticks(TestServer server) {
    return server.core().rooms().isEmpty()
        ? 0
        : server
            .core()
            .room("clock")
            .history(Long.MAX_VALUE, 10, 10_000, history -> history.events().size());
  }

  @Test
  void botAnswersOnceEvenIfTwoServersHaveIt() {
    try (TestServers servers = TestServers.start(2, Map.of(), SharedStore::memory);
        ServerRoom.Subscription first = Bots.answerTime(servers.get(0).core());
        ServerRoom.Subscription second = Bots.answerTime(servers.get(1).core());
        RawClient alice = servers.get(0).welcomed("alice")) {
      assertNotNull(first);
      assertNotNull(second);
      for (int i = 1; i <= 3; i++) {
        alice.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"!time\"}}");
        assertEquals("alice", alice.nextJson("chat_message").get("username").getAsString());
        JsonObject answer = alice.nextJson("chat_message");
        assertEquals("clock", answer.get("username").getAsString());
        assertTrue(answer.get("text").getAsString().startsWith("It is "));
        assertTrue(answer.get("server").getAsBoolean());
        assertEquals(2 * i, answer.get("seq").getAsInt());
      }
    }
  }

  @Test
  void signedTokenBringsItsClaims() throws Exception {
    String secret = "0123456789abcdef0123456789abcdef";
    JsonWebTokens tokens = new JsonWebTokens(SigningKeys.parse(secret), Clock.systemUTC());
    Identity identity = tokens.identify(Servers.token(secret));
    assertEquals("alice", identity.user());
    assertEquals(Optional.of("red"), identity.claims().string("team"));
  }

  @Test
  void roomIsRefusedByAClaimOfTheToken() {
    Authenticator tokens =
        token ->
            new Identity(
                "alice", Instant.MAX, Fields.of(Map.of("rooms", List.of(token.split(" ")))));
    AgentCore core =
        new AgentCore(config, new MemoryBackend(config.backendLimits()))
            .authenticate(tokens)
            .endpoint("/ws/{user_id}", Bots.onlyRoomsOfTheToken(new ChatConsumer(config)));
    try (TestServer server = TestServer.start(core)) {
      core.create("den", true);
      core.create("attic", true);
      try (RawClient alice = RawClient.connect(server.port(), "/ws/alice?token=den%20hall")) {
        alice.send("{\"type\":\"join_room\",\"data\":{\"room\":\"attic\"}}");
        assertEquals("NOT_ALLOWED", alice.nextJson("error").get("error_code").getAsString());
        alice.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
        assertEquals("den", alice.nextJson("room_joined").get("room").getAsString());
      }
    }
  }

  @Test
  void operatorDisconnectsAUserOfAnotherServer() {
    try (TestServers servers = TestServers.start(2, Map.of(), SharedRedis.stores());
        RawClient troll = servers.get(0).welcomed("troll");
        RawClient alice = servers.get(0).welcomed("alice")) {
      assertEquals(1, Bots.disconnect(servers.get(1).core(), "troll"));
      alice.nextJson("user_left");
      RawClient.Closed closed = troll.awaitClose();
      assertEquals(4411, closed.code());
      assertEquals("disconnected by an operator", closed.reason());
      assertEquals(0, Bots.disconnect(servers.get(1).core(), "nobody"));
    }
  }

  @Test
  void logIsReadToItsEndPageByPage() {
    try (MemoryBackend backend = new MemoryBackend(config.backendLimits())) {
      GroupId group = GroupId.room(new Room("den", "den", "", true));
      Position begin = backend.log().open(group, Position.UNKNOWN);
      for (int i = 1; i <= 300; i++) {
        backend.log().publish(group, begin, new Draft("id" + i, "{}"), Optional.empty());
      }
      assertEquals(300, Logs.rest(backend.log(), group, begin).size());
      Position beyond = new Position(begin.epoch(), 301, "");
      assertThrows(IllegalStateException.class, () -> Logs.rest(backend.log(), group, beyond));
    }
  }

  @Test
  void eventIsWrittenAsInItsComment() {
    assertEquals(
        "{\"type\":\"score\",\"team\":\"red\",\"points\":3,\"players\":[\"ann\",\"bo\"],\"timestamp\":1.500}",
        new Serializer().write(Logs.score(), 1500));
  }

  @Test
  void clientSendsHello() {
    List<String> received = new CopyOnWriteArrayList<>();
    try (TestServer server = TestServer.start()) {
      URI address = URI.create("ws://127.0.0.1:" + server.port());
      assertFalse(Clients.hello(address, received).join().isEmpty());
      assertEquals(List.of("Hello!"), received);
    }
  }
}
