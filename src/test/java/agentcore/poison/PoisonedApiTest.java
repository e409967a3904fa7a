package agentcore.poison;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawHttp;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients of the HTTP API that stall. No time limit ends them during a test: the others must be
 * served beside them.
 */
class PoisonedApiTest extends PoisonedServer {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final int STALLED = 200;
  private static final int DEAF = 5;

  /** As many as one answer with messages has. */
  private static final int MESSAGES = 50;

  PoisonedApiTest() {
    super(
        Map.of(
            "API_KEYS", "ci:" + KEY,
            "API_RATE_LIMIT", "0",
            "RATE_LIMIT_MESSAGES", "0",
            "HANDSHAKE_TIMEOUT", "600",
            "WS_HEARTBEAT_TIMEOUT", "600",
            "WS_HEARTBEAT_INTERVAL", "200",
            "MAX_HANDSHAKES", "" + 2 * STALLED));
  }

  private static String post(String text, int more) {
    String body = "{\"text\":\"" + text + "\"}";
    return "POST /api/v1/rooms/lobby/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
            .formatted(KEY)
        + "Content-Length: %d\r\n\r\n%s".formatted(body.length() + more, body);
  }

  /** A program and two users send messages, which all of them receive. */
  private void assertOthersAreServed() {
    try (RawClient alice = welcomed("alice");
        RawHttp program = RawHttp.open(server().port())) {
      for (int i = 0; i < MESSAGES; i++) {
        assertEquals(200, program.send(post("from a program " + i, 0)).next().status());
        assertEquals(
            "from a program " + i, alice.nextJson("chat_message").get("text").getAsString());
        alice.send(
            "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"from a user\"}}");
        assertEquals("from a user", alice.nextJson("chat_message").get("text").getAsString());
        honest().ping();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void bodiesThatNeverEndHoldUpNobody(int missing) {
    List<RawHttp> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < STALLED; i++) {
        RawHttp client = RawHttp.open(server().port());
        stalled.add(client);
        assertEquals(200, client.send(post("complete", 0)).next().status());
        client.send(post("stalled", missing));
      }
      assertOthersAreServed();
    } finally {
      stalled.forEach(RawHttp::close);
    }
  }

  @Test
  void clientsThatReadNoAnswersHoldUpNobody() {
    String read =
        "GET /api/v1/rooms/lobby/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(KEY);
    List<RawHttp> deaf = new ArrayList<>();
    try (RawHttp writer = RawHttp.open(server().port())) {
      for (int i = 0; i < MESSAGES; i++) {
        assertEquals(200, writer.send(post("x".repeat(1000), 0)).next().status());
      }
      for (int i = 0; i < DEAF; i++) {
        RawHttp client = RawHttp.open(server().port());
        deaf.add(client);
        Thread.ofVirtual().start(() -> sendAll(client, read.repeat(100), 20));
      }
      Await.until(
          "an answer to each of them waits",
          () -> server().manager().registry().sendBudget().taken() >= DEAF * MESSAGES * 1000L);
      assertOthersAreServed();
    } finally {
      deaf.forEach(RawHttp::close);
    }
  }

  /** The server stops reading after a while; the end of the test closes the connection. */
  private static void sendAll(RawHttp client, String requests, int times) {
    try {
      for (int i = 0; i < times; i++) {
        client.send(requests);
      }
    } catch (UncheckedIOException closed) {
      // the test is over
    }
  }
}
