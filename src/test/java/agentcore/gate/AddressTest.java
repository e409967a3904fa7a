package agentcore.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limit of connections per address, over real sockets. */
class AddressTest {
  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void closeAll() {
    clients.forEach(RawClient::close);
  }

  private String status(TestServer server, String... headers) {
    RawClient client = RawClient.open(server.port());
    clients.add(client);
    client.sendUpgrade("/ws/user" + clients.size(), headers);
    return client.readHead().substring(9, 12);
  }

  @Test
  void connectionOverTheLimitIsRefusedUntilOneEnds() {
    try (TestServer server = TestServer.start(Map.of("MAX_CONNECTIONS_PER_ADDRESS", "2"))) {
      assertEquals("101", status(server));
      assertEquals("101", status(server));
      assertEquals("429", status(server));
      assertEquals("Too many connections from this address\n", clients.getLast().readToEnd());
      clients.getFirst().closeAbruptly();
      Await.until("its place is free", () -> status(server).equals("101"));
      assertEquals("429", status(server));
    }
  }

  @Test
  void connectionRefusedForAnotherReasonIsNotCounted() {
    Map<String, String> settings =
        Map.of(
            "MAX_CONNECTIONS_PER_ADDRESS", "1",
            "AUTH_SECRET", "0123456789abcdef0123456789abcdef");
    try (TestServer server = TestServer.start(settings)) {
      for (int i = 0; i < 3; i++) {
        assertEquals("403", status(server, "Origin: https://evil.example"));
        Await.until("the place is free", () -> status(server).equals("101"));
        assertEquals(4401, clients.getLast().expectClose().code());
      }
    }
  }

  @Test
  void defaultIsNoLimit() {
    try (TestServer server = TestServer.start()) {
      for (int i = 0; i < 50; i++) {
        assertEquals("101", status(server));
      }
    }
  }

  @Test
  void limitAppliesToTheClientsAddressBehindATrustedProxy() {
    Map<String, String> settings =
        Map.of("MAX_CONNECTIONS_PER_ADDRESS", "1", "TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8");
    try (TestServer server = TestServer.start(settings)) {
      assertEquals("101", status(server, "X-Forwarded-For: 203.0.113.1"));
      assertEquals("101", status(server, "X-Forwarded-For: 203.0.113.2"));
      assertEquals("429", status(server, "X-Forwarded-For: 203.0.113.2"));
      assertEquals("429", status(server, "X-Forwarded-For: 9.9.9.9, 203.0.113.1"), "forged");
      assertEquals("429", status(server, "X-Forwarded-For: 203.0.113.1, 10.1.1.1"), "two proxies");
      assertEquals(
          "429", status(server, "X-Forwarded-For: 9.9.9.9", "X-Forwarded-For: 203.0.113.1"));
      assertEquals("101", status(server, "X-Forwarded-For: 2001:db8::1"));
      assertEquals("429", status(server, "X-Forwarded-For: 2001:db8::2"), "one network");
      assertEquals("101", status(server), "the proxy itself");
      assertEquals("429", status(server, "X-Forwarded-For: unknown"));
    }
  }

  @Test
  void forwardedAddressFromAnUntrustedPeerIsIgnored() {
    Map<String, String> settings =
        Map.of("MAX_CONNECTIONS_PER_ADDRESS", "1", "TRUSTED_PROXIES", "10.0.0.0/8");
    try (TestServer server = TestServer.start(settings)) {
      assertEquals("101", status(server, "X-Forwarded-For: 203.0.113.1"));
      assertEquals("429", status(server, "X-Forwarded-For: 203.0.113.2"));
    }
  }
}
