package agentcore.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.ServerInternals;
import agentcore.core.auth.Authenticator;
import agentcore.core.auth.Forged;
import agentcore.core.auth.Identity;
import agentcore.core.auth.TokenException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens in every carrier: which connect, and how the others are refused. */
class TokenTest {
  private final Instant soon = Instant.now().plusSeconds(3600);

  private TestServer server;

  /** Where a request carries its token. */
  enum Carrier {
    HEADER,
    SUBPROTOCOL,
    QUERY;

    String path(String path, String token) {
      return this == QUERY ? path + "?token=" + token : path;
    }

    String header(String token) {
      return switch (this) {
        case HEADER -> "Authorization: Bearer " + token;
        case SUBPROTOCOL -> "Sec-WebSocket-Protocol: agentcore, bearer." + token;
        case QUERY -> "X-Other: none";
      };
    }

    RawClient connect(int port, String path, String token) {
      return RawClient.connect(port, path(path, token), header(token));
    }
  }

  @BeforeEach
  void start() {
    server = TestServer.start(Map.of("AUTH_SECRET", Forged.SECRET));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RawClient connect(Carrier carrier, String user, String token) {
    return carrier.connect(server.port(), RawClient.path(user), token);
  }

  private void assertClosed(int code, String reason, RawClient client) {
    try (client) {
      assertEquals(new RawClient.Closed(code, reason), client.expectClose());
    }
  }

  private static String welcomed(RawClient client) {
    try (client) {
      return client.nextJson().get("type").getAsString();
    }
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void userConnectsWithItsTokenInEveryCarrier(Carrier carrier) {
    String token = Forged.token("al ice", soon);
    assertEquals("welcome", welcomed(connect(carrier, "al ice", token)));
    assertEquals(
        "welcome", welcomed(connect(carrier, " al ice ", token)), "as the path is trimmed");
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void tokenOfAnotherUserIsRefused(Carrier carrier) {
    for (String user : List.of("bob", "Alice", "alic", "alice ", " alice", "alice/x", "")) {
      assertClosed(
          4403, "token of another user", connect(carrier, "alice", Forged.token(user, soon)));
    }
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void badTokenIsRefusedWithAReason(Carrier carrier) {
    String good = Forged.token("alice", soon);
    String late = Forged.token("alice", Instant.now().minusSeconds(31));
    assertClosed(4401, "token expired", connect(carrier, "alice", late));
    assertClosed(4401, "token signature wrong", connect(carrier, "alice", good + "AAAA"));
    assertClosed(4401, "token malformed: not base64url", connect(carrier, "alice", good + "="));
    assertClosed(4401, "token malformed: not three parts", connect(carrier, "alice", "x"));
    assertClosed(4401, "token missing", connect(carrier, "alice", ""));
    assertEquals(0, server.core().backend().presence().counts(List.of(GroupId.all())).getFirst());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: y",
        "Authorization: Basic YWxpY2U6c2VjcmV0",
        "Authorization: Bearer",
        "Sec-WebSocket-Protocol: agentcore",
        "Sec-WebSocket-Protocol: agentcore, bearer",
        "Sec-WebSocket-Protocol: chat"
      })
  void missingTokenIsRefused(String header) {
    assertClosed(
        4401, "token missing", RawClient.connect(server.port(), "/ws/alice?tokens=x", header));
  }

  @Test
  void schemeOfTheHeaderIgnoresCase() {
    String token = Forged.token("alice", soon);
    for (String scheme : List.of("bearer ", "BEARER  ")) {
      assertEquals(
          "welcome",
          welcomed(
              RawClient.connect(server.port(), "/ws/alice", "Authorization: " + scheme + token)));
    }
  }

  @Test
  void subprotocolMayCarryTheTokenNextToBasicAuthorization() {
    String token = Forged.token("alice", soon);
    assertEquals(
        "welcome",
        welcomed(
            RawClient.connect(
                server.port(),
                "/ws/alice",
                "Authorization: Basic YWxpY2U6c2VjcmV0",
                "Sec-WebSocket-Protocol: bearer." + token + ",agentcore")));
  }

  @Test
  void secondTokenIsRefused() {
    String token = Forged.token("alice", soon);
    assertClosed(
        4401,
        "more than one token",
        RawClient.connect(
            server.port(), "/ws/alice?token=" + token, "Authorization: Bearer " + token));
    assertClosed(
        4401,
        "more than one token",
        RawClient.connect(
            server.port(),
            "/ws/alice",
            "Sec-WebSocket-Protocol: agentcore, bearer." + token + ", bearer." + token));
  }

  private static Optional<String> answeredProtocol(TestServer server, String path, String offered) {
    try (RawClient client = RawClient.open(server.port())) {
      client.sendUpgrade(path, "Sec-WebSocket-Protocol: " + offered);
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 101 "), head);
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-protocol:"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    }
  }

  @Test
  void subprotocolIsSelectedIfItIsOffered() {
    String token = "bearer." + Forged.token("alice", soon);
    assertEquals(
        Optional.of("agentcore"), answeredProtocol(server, "/ws/alice", "agentcore, " + token));
    assertEquals(
        Optional.of("agentcore"), answeredProtocol(server, "/ws/alice", token + ",x,agentcore"));
    assertEquals(Optional.of("agentcore"), answeredProtocol(server, "/ws/alice", "agentcore"));
    assertEquals(Optional.empty(), answeredProtocol(server, "/ws/alice", token));
    assertEquals(Optional.empty(), answeredProtocol(server, "/ws/alice", "chat, superchat"));
    assertEquals(Optional.empty(), answeredProtocol(server, "/ws/alice", "AgentCore"));
    try (TestServer open = TestServer.start()) {
      assertEquals(Optional.of("agentcore"), answeredProtocol(open, "/ws/alice", "agentcore"));
      assertEquals(Optional.empty(), answeredProtocol(open, "/ws/alice", "chat"));
      assertEquals(
          Optional.of("agentcore"),
          answeredProtocol(open, "/ws/alice", "agentcore, bearer.nonsense"),
          "without a secret no token is checked");
    }
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void tokenMayFillTheRequestHeadButNotExceedIt(Carrier carrier) {
    String more = ",\"x\":\"" + "x".repeat(5500) + "\"}";
    String token = Forged.token("{\"sub\":\"alice\",\"exp\":4102444800" + more);
    int missing = 8192 - headLength(carrier, token);
    assertTrue(token.length() > 7300 && missing > 0 && missing < 800, "missing " + missing);
    for (int extra = 0; extra < 2; extra++) {
      try (RawClient client = RawClient.open(server.port())) {
        client.sendUpgrade(
            carrier.path("/ws/alice", token),
            carrier.header(token),
            "X: " + "x".repeat(missing - "X: \r\n".length() + extra));
        assertEquals(extra == 0 ? "101" : "431", client.readHead().substring(9, 12));
      }
    }
  }

  private int headLength(Carrier carrier, String token) {
    List<String> lines =
        List.of(
            "GET " + carrier.path("/ws/alice", token) + " HTTP/1.1",
            "Host: 127.0.0.1:" + server.port(),
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            carrier.header(token),
            "");
    return lines.stream().mapToInt(line -> line.length() + "\r\n".length()).sum();
  }

  @Test
  void connectionEndsWhenItsTokenExpires() {
    // There are 30 seconds of leeway, and 29 have passed.
    Instant exp = Instant.now().minusSeconds(29);
    try (RawClient alice = connect(Carrier.HEADER, "alice", Forged.token("alice", exp));
        RawClient bob = connect(Carrier.HEADER, "bob", Forged.token("bob", soon))) {
      alice.nextJson("welcome");
      bob.nextJson("welcome");
      assertEquals(new RawClient.Closed(4401, "token expired"), alice.awaitClose());
      assertFalse(Instant.now().isBefore(exp.plusSeconds(30)), "not before it expired");
      bob.send("{\"type\":\"ping\"}");
      bob.nextJson("pong");
    }
  }

  @Test
  void handlersDoNotSeeTheToken() {
    CompletableFuture<Session> seen = new CompletableFuture<>();
    Consumer consumer =
        new Consumer() {
          @Override
          public Map<String, Handler> handlers() {
            return Map.of();
          }

          @Override
          public void connected(Session session) {
            seen.complete(session);
          }
        };
    try (TestServer own = TestServer.start(Map.of("AUTH_SECRET", Forged.SECRET), consumer);
        RawClient alice =
            RawClient.connect(
                own.port(), "/ws/alice?since=1&token=" + Forged.token("alice", soon))) {
      Session session = seen.join();
      assertEquals(Optional.of("1"), session.parameter("since"));
      assertEquals(Optional.empty(), session.parameter("token"));
      alice.expectSilence();
    }
  }

  private static AgentCore startWith(Authenticator own) throws IOException {
    Config config = TestServer.config(Map.of());
    return new AgentCore(config, new MemoryBackend(config.backendLimits()))
        .endpoint("/ws/{user_id}", TestServer.chat(config))
        .authenticate(own)
        .start();
  }

  @Test
  void customAuthenticatorDecidesWhoConnects() throws IOException {
    Authenticator own =
        token -> {
          if (token.equals("boom")) {
            throw new IllegalStateException("a test's defect");
          }
          if (!token.startsWith("session-of-")) {
            throw new TokenException(token.equals("long") ? "x".repeat(124) : "no such session");
          }
          return new Identity(token.substring(11), Instant.MAX);
        };
    try (AgentCore core = startWith(own)) {
      assertEquals(Optional.of(own), core.authenticator());
      int port = core.port();
      assertEquals(
          "welcome", welcomed(Carrier.QUERY.connect(port, "/ws/alice", "session-of-alice")));
      assertClosed(
          4403,
          "token of another user",
          Carrier.QUERY.connect(port, "/ws/bob", "session-of-alice"));
      assertClosed(4401, "no such session", Carrier.QUERY.connect(port, "/ws/bob", "x"));
      assertClosed(
          4401, "token missing or invalid", Carrier.QUERY.connect(port, "/ws/bob", "long"));
      assertClosed(1011, "internal error", Carrier.QUERY.connect(port, "/ws/bob", "boom"));
      Await.until("all have left", () -> ServerInternals.manager(core).registry().size() == 0);
    }
  }
}
