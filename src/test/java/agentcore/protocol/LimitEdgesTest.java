package agentcore.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits of a connection, at their edges; those of the chat are in the transcripts. */
class LimitEdgesTest {
  private static final String LIST = "{\"type\":\"list_rooms\"}";
  private static final int FRAGMENT = 400;

  @ParameterizedTest
  @CsvSource({"8192, 101", "8193, 431"})
  void limitsBytesOfHead(int bytes, int status) {
    String head =
        """
        GET /ws/alice HTTP/1.1\r
        Host: localhost\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Cookie: %s\r
        \r
        """;
    String cookie = "c".repeat(bytes - head.formatted("").length());
    try (TestServer server = TestServer.start();
        RawClient client = RawClient.open(server.port())) {
      client.sendBytes(head.formatted(cookie).getBytes(ISO_8859_1));
      assertTrue(client.readHead().startsWith("HTTP/1.1 " + status + " "));
    }
  }

  @Test
  void closesConnectionAfterHundredRefusalsInARow() {
    Map<String, String> settings =
        Map.of("RATE_LIMIT_MESSAGES", "1", "RATE_LIMIT_WINDOW", "3600", "RATE_LIMIT_BURST", "3");
    try (TestServer server = TestServer.start(settings);
        RawClient alice = server.welcomed("alice");
        RawClient again = server.welcomed("alice")) {
      for (int i = 0; i < 3; i++) {
        again.send(LIST);
        again.nextJson("rooms_list");
      }
      for (int i = 1; i <= 99; i++) {
        again.send(LIST);
        assertRefused(again.nextJson());
      }
      again.send("{\"type\":\"ping\"}");
      again.nextJson("pong");
      alice.nextJson("user_joined_room");
      alice.send(LIST); // refusals count per user, over all connections
      assertRefused(alice.nextJson());
      assertEquals(1008, alice.expectClose().code());
      assertEquals("user_left", again.nextJson().get("type").getAsString());
      again.expectSilence();
    }
  }

  private static void assertRefused(JsonObject error) {
    assertEquals("RATE_LIMIT_EXCEEDED", error.get("error_code").getAsString(), error.toString());
    assertTrue(error.get("retryable").getAsBoolean());
    double retryAfter = error.get("retry_after").getAsDouble();
    assertTrue(retryAfter > 3500 && retryAfter <= 3600, "" + retryAfter);
  }

  @Test
  void answersBurstOfPingsAndDropsTheRest() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.welcomed("alice")) {
      long start = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        alice.send("{\"type\":\"ping\",\"id\":\"" + i + "\"}");
      }
      alice.send("{\"type\":\"list_rooms\",\"id\":\"end\"}");
      JsonObject answer = alice.nextJson();
      int pongs = 0;
      while (answer.get("type").getAsString().equals("pong")) {
        if (pongs < 10) {
          assertEquals("" + pongs, answer.get("id").getAsString());
        }
        pongs++;
        answer = alice.nextJson();
      }
      double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
      assertEquals("end", answer.get("id").getAsString());
      assertTrue(pongs >= 10 && pongs <= 10 + 10 * seconds + 1, pongs + " in " + seconds);
    }
  }

  /**
   * The limit covers the unfinished messages of all clients, including the overhead of each
   * fragment.
   */
  @Test
  void closesClientWhoseUnfinishedMessageExceedsSharedLimit() {
    try (TestServer server = TestServer.start(Map.of("RECEIVE_TOTAL_BYTES", "1048576"));
        RawClient alice = server.welcomed("alice");
        RawClient bob = server.welcomed("bob")) {
      sendFragments(alice, 1900);
      alice.nextJson("user_joined_room");
      alice.expectSilence();
      sendFragments(bob, 100);
      assertEquals(1013, bob.awaitClose().code());
      assertEquals("user_left", alice.nextJson().get("type").getAsString());
      alice.send(RawFrame.of(RawFrame.CONTINUATION, new byte[0]));
      assertEquals("INVALID_JSON", alice.nextJson().get("error_code").getAsString());
      alice.expectSilence(); // her share is released after the reply
      try (RawClient carol = server.welcomed("carol")) {
        sendFragments(carol, 1800);
        carol.expectSilence();
      }
    }
  }

  private static void sendFragments(RawClient client, int count) {
    for (int i = 0; i < count; i++) {
      int opcode = i == 0 ? RawFrame.TEXT : RawFrame.CONTINUATION;
      client.send(RawFrame.of(opcode, " ".repeat(FRAGMENT).getBytes(ISO_8859_1)).withFin(false));
    }
  }
}
