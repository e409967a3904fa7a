package agentcore.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Closes that take time, many messages or a broken peer; the others are in endings.txt. */
class EndingsTest {
  private static final Map<String, String> SMALL_QUEUE =
      Map.of("SEND_QUEUE_BYTES", "131072", "RATE_LIMIT_MESSAGES", "0", "MAX_TEXT_LENGTH", "20000");
  private static final String PING = "{\"type\":\"ping\"}";

  private static String chat(String text) {
    return "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"" + text + "\"}}";
  }

  @Test
  void pingsSilentClientAndKeepsIt() {
    Map<String, String> settings =
        Map.of("WS_HEARTBEAT_INTERVAL", "0.3", "WS_HEARTBEAT_TIMEOUT", "4");
    try (TestServer server = TestServer.start(settings);
        RawClient alice = server.welcomed("alice")) {
      for (int pings = 0; pings < 15; pings++) {
        Optional<RawFrame> frame = alice.nextFrame(Await.DEADLINE);
        assertEquals(RawFrame.PING, frame.orElseThrow().opcode());
      }
      alice.expectSilence();
    }
  }

  @Test
  void anyFrameCountsAsSignOfLife() {
    Map<String, String> settings =
        Map.of("WS_HEARTBEAT_INTERVAL", "0.3", "WS_HEARTBEAT_TIMEOUT", "4");
    try (TestServer server = TestServer.start(settings);
        RawClient alice = server.welcomed("alice").answerPings(false)) {
      for (int pings = 0; pings < 15; pings++) {
        assertEquals(RawFrame.PING, alice.nextFrame(Await.DEADLINE).orElseThrow().opcode());
        alice.send("{\"type\":\"pong\"}");
      }
      assertEquals(4410, alice.awaitClose().code(), "no more frames were sent");
    }
  }

  @Test
  void closesFloodingClientAfterManyRateLimitErrors() {
    Map<String, String> settings =
        Map.of("RATE_LIMIT_MESSAGES", "1", "RATE_LIMIT_WINDOW", "3600", "RATE_LIMIT_BURST", "1");
    try (TestServer server = TestServer.start(settings);
        RawClient alice = server.welcomed("alice");
        RawClient bob = server.welcomed("bob")) {
      for (int i = 0; i < 1000; i++) {
        try {
          alice.send(chat("x"));
        } catch (UncheckedIOException cut) {
          break; // the connection is already closed
        }
      }
      assertEquals(1008, alice.awaitClose().code());
      bob.send(PING);
      bob.nextJson("pong");
    }
  }

  @Test
  void sendsGoingAwayWhenServerStops() {
    TestServer server = TestServer.start();
    try (RawClient alice = server.welcomed("alice");
        RawClient bob = server.welcomed("bob")) {
      alice.nextJson("user_joined_room");
      Thread stop = Thread.ofVirtual().start(server.core()::close);
      assertEquals(1001, alice.awaitClose().code());
      assertEquals(1001, bob.awaitClose().code());
      Await.until("the server to stop", () -> !stop.isAlive());
    } finally {
      server.close();
    }
  }

  @Test
  void slowReaderIsClosedAndOthersKeepReceiving() {
    try (TestServer server = TestServer.start(SMALL_QUEUE);
        RawClient slow = server.welcomed("slow");
        RawClient bob = server.welcomed("bob")) {
      String text = "x".repeat(20_000);
      JsonObject event;
      int sent = 0;
      do {
        assertTrue(sent < 20_000, "the slow reader is still connected");
        bob.send(chat(text));
        event = bob.nextJson();
      } while (event.has("seq") && event.get("seq").getAsLong() == ++sent);
      assertEquals("user_left", event.get("type").getAsString());
      assertEquals("slow", event.get("username").getAsString());
      // First the contents of both socket buffers, then the close frame or the end of the stream.
      int code = slow.awaitClose().code();
      assertTrue(code == 4408 || code == 1006, "" + code);
      bob.nextJson("chat_message");
      bob.send(chat("on"));
      assertEquals("on", bob.nextJson("chat_message").get("text").getAsString());
    }
  }

  @Test
  void slowReaderThatResumesReadingReceivesCloseCode() {
    Map<String, String> settings = new HashMap<>(SMALL_QUEUE);
    settings.put("CLOSE_TIMEOUT", "60");
    try (TestServer server = TestServer.start(settings);
        RawClient slow = server.welcomed("slow");
        RawClient bob = server.welcomed("bob")) {
      String text = "x".repeat(20_000);
      for (int i = 0; i < 600; i++) { // more than both socket buffers hold
        bob.send(chat(text));
        bob.nextJson("chat_message");
      }
      assertEquals(4408, slow.awaitClose().code());
    }
  }

  @Test
  void clientThatSendsTooLargeMessageReceivesCloseCode() {
    try (TestServer server = TestServer.start(Map.of("WS_MAX_MESSAGE_SIZE", "1000"));
        RawClient alice = server.welcomed("alice")) {
      alice.send("x".repeat(1_000_000));
      assertEquals(1009, alice.expectClose().code());
    }
  }

  @Test
  void endsConnectionWhenClientShutsDownOutput() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.welcomed("alice");
        RawClient bob = server.welcomed("bob")) {
      alice.nextJson("user_joined_room");
      bob.shutdownOutput();
      assertEquals("bob", alice.nextJson("user_left").get("username").getAsString());
      Optional<RawFrame> last = bob.nextFrame(Await.DEADLINE);
      assertTrue(last.isEmpty() || last.get().closeCode() == 1001, last.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          426 | GET /ws/alice HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n
          400 | GET /ws/alice HTTP/1.1\\r\\n\\r\\n
          400 | GET  /ws/alice HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n
          400 | nonsense\\r\\n\\r\\n
          426 | GET /ws/alice HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n
          405 | POST /ws/alice HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n
          404 | GET /nothing HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n
          """)
  void answersRequestThatIsNoUpgradeByHttp(int status, String request) {
    try (TestServer server = TestServer.start();
        RawClient client = RawClient.open(server.port())) {
      client.sendBytes(request.replace("\\r\\n", "\r\n").getBytes(UTF_8));
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
      assertNotEquals("", client.readToEnd(), "a body, then the end of the stream");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HEAD / HTTP/1.1\r\n\r\n", "HEAD  / HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD \r\n\r\n"})
  void malformedHeadRequestIsAnsweredWithoutBody(String request) {
    try (TestServer server = TestServer.start();
        RawClient client = RawClient.open(server.port())) {
      client.sendBytes(request.getBytes(UTF_8));
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 400 "), head);
      assertEquals("", client.readToEnd());
    }
  }

  @Test
  void refusesHeadWithoutEnd() {
    try (TestServer server = TestServer.start();
        RawClient client = RawClient.open(server.port())) {
      client.sendUpgrade("/ws/alice", "Cookie: " + "x".repeat(9000));
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 431 "), head);
    }
  }

  @Test
  void closesConnectionThatSendsNoHead() {
    try (TestServer server = TestServer.start(Map.of("HANDSHAKE_TIMEOUT", "0.05"));
        RawClient client = RawClient.open(server.port())) {
      client.sendBytes(new byte[] {'G', 'E', 'T'});
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 408 "), head);
    }
  }
}
