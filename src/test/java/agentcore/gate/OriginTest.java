package agentcore.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Origins over real sockets; the unit test of Origins covers all their forms. */
class OriginTest {
  private static String status(TestServer server, String path, String... headers) {
    try (RawClient client = RawClient.open(server.port())) {
      client.sendUpgrade(path, headers);
      String status = client.readHead().substring(9, 12);
      if (status.equals("403")) {
        assertEquals("Origin not allowed\n", client.readToEnd());
      }
      return status;
    }
  }

  @Test
  void pageMayConnectOnlyToItsOwnServer() {
    try (TestServer server = TestServer.start()) {
      String own = "127.0.0.1:" + server.port();
      assertEquals("101", status(server, "/ws/alice"), "no browser");
      assertEquals("101", status(server, "/ws/alice", "Origin: http://" + own));
      assertEquals("101", status(server, "/ws/alice", "Origin: https://" + own));
      assertEquals("101", status(server, "/ws/alice", "Origin: ws://" + own));
      assertEquals("101", status(server, "/ws/alice", "Origin: wss://" + own));
      for (String other :
          List.of(
              "ws://localhost:" + server.port(),
              "http://localhost:" + server.port(),
              "http://127.0.0.1",
              "http://" + own + ".evil.example",
              "https://evil.example",
              "file://",
              "null",
              "")) {
        assertEquals("403", status(server, "/ws/alice", "Origin: " + other), other);
      }
      assertEquals(
          "403",
          status(server, "/ws/alice", "Origin: http://" + own, "Origin: https://evil.example"));
      assertEquals(0, server.manager().registry().size(), "refused clients are not connected");
    }
  }

  @Test
  void absoluteTargetDoesNotLetAForeignPageIn() {
    try (TestServer server = TestServer.start()) {
      String own = "http://127.0.0.1:" + server.port();
      String evil = "Origin: http://evil.example";
      assertEquals("101", status(server, own + "/ws/alice", "Origin: " + own));
      assertEquals("403", status(server, own + "/ws/alice", evil));
      assertEquals("426", status(server, "http://evil.example/ws/alice", evil));
      assertEquals("426", status(server, "http://evil.example/ws/alice", "Origin: " + own));
      assertEquals("426", status(server, "http://evil.example/ws/alice"));
    }
  }

  @Test
  void allowedOriginMayConnect() {
    Map<String, String> settings =
        Map.of("ALLOWED_ORIGINS", "https://chat.example.com, http://localhost:3000");
    try (TestServer server = TestServer.start(settings)) {
      assertEquals("101", status(server, "/ws/alice", "Origin: https://chat.example.com"));
      assertEquals("101", status(server, "/ws/alice", "Origin: http://localhost:3000"));
      assertEquals("403", status(server, "/ws/alice", "Origin: http://chat.example.com"));
      assertEquals("403", status(server, "/ws/alice", "Origin: https://a.chat.example.com"));
    }
  }

  @Test
  void starAllowsEveryOrigin() {
    try (TestServer server = TestServer.start(Map.of("ALLOWED_ORIGINS", "*"))) {
      assertEquals("101", status(server, "/ws/alice", "Origin: https://evil.example"));
      assertEquals("101", status(server, "/ws/alice", "Origin: null"));
    }
  }

  @Test
  void foreignPageIsRefusedBeforeItsTokenIsChecked() {
    String secret = "0123456789abcdef0123456789abcdef";
    try (TestServer server = TestServer.start(Map.of("AUTH_SECRET", secret))) {
      String origin = "Origin: https://evil.example";
      assertEquals("403", status(server, "/ws/alice", origin));
      assertEquals("403", status(server, "/ws/alice?token=x", origin));
      assertTrue(server.core().authenticator().isPresent());
    }
  }
}
