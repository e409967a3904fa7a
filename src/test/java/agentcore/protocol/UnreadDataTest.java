package agentcore.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.connection.SendBudget;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.TestServer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clients that request much and read it slowly or not at all. */
class UnreadDataTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** More than the kernel's buffers hold, and less than the limit of one client's queue. */
  private static final int REQUESTS = 6;

  private static final int TEXT_LENGTH = 49_000;
  private static final int HISTORY_BYTES = 1_000_000;

  private static TestServer start(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("RATE_LIMIT_MESSAGES", "0");
    settings.put("MAX_TEXT_LENGTH", "50000");
    TestServer server = TestServer.startWithPage(settings);
    try (RawClient writer = server.connect("writer")) {
      writer.nextJson("welcome");
      String text = "x".repeat(TEXT_LENGTH);
      for (int sent = 0; sent < HISTORY_BYTES + TEXT_LENGTH; sent += TEXT_LENGTH) {
        writer.send(
            "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"" + text + "\"}}");
        writer.nextJson("chat_message");
      }
    }
    Await.until("the writer to leave", () -> server.manager().registry().size() == 0);
    Await.until("no queued bytes", () -> budget(server).taken() == 0);
    return server;
  }

  private static SendBudget budget(TestServer server) {
    return server.manager().registry().sendBudget();
  }

  private static RawClient askForHistory(TestServer server) {
    RawClient client = RawClient.open(server.port());
    client.sendBytes(
        "GET /api/rooms/lobby/messages?limit=1000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            .getBytes(ISO_8859_1));
    return client;
  }

  @Test
  void closesClientThatReadsNothingEvenIfItSendsPongs() {
    try (TestServer server =
            start(Map.of("WS_HEARTBEAT_INTERVAL", "0.5", "WS_HEARTBEAT_TIMEOUT", "1"));
        RawClient deaf = server.connect("deaf")) {
      deaf.nextJson("welcome");
      for (int i = 0; i < REQUESTS; i++) {
        deaf.send(
            "{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\",\"limit\":1000}}");
      }
      Await.until("many queued bytes", DEADLINE, () -> budget(server).taken() > 256 * 1024);
      Await.until(
          "the client to be closed",
          DEADLINE,
          () -> {
            sendPong(deaf);
            return server.manager().registry().size() == 0;
          });
      String closed = "agentcore_closes_total{code=\"4408\"} 1";
      Await.until(
          "the close code in the metrics",
          DEADLINE,
          () -> server.manager().metrics().text().contains(closed));
      Await.until("the queued bytes to be released", DEADLINE, () -> budget(server).taken() == 0);
    }
  }

  private static void sendPong(RawClient client) {
    try {
      client.send(RawFrame.of(RawFrame.PONG, new byte[0]));
    } catch (UncheckedIOException closed) {
      // expected: the connection is closed
    }
  }

  @Test
  void chargesHttpResponseUntilItIsReadAndDeliversAllOfItToLateReader() {
    try (TestServer server = start(Map.of("HANDSHAKE_TIMEOUT", "0.2"));
        RawClient late = askForHistory(server)) {
      Await.until(
          "many queued bytes", DEADLINE, () -> budget(server).taken() > HISTORY_BYTES - 100_000);
      long startNanos = System.nanoTime();
      Await.until(
          "more than the handshake timeout",
          DEADLINE,
          () -> System.nanoTime() - startNanos > Duration.ofMillis(800).toNanos());
      assertTrue(budget(server).taken() > HISTORY_BYTES - 100_000);
      String body = late.readToEnd();
      assertTrue(body.endsWith("}"), "the complete response");
      assertTrue(body.length() > HISTORY_BYTES - 100_000, "" + body.length());
      Await.until("the queued bytes to be released", DEADLINE, () -> budget(server).taken() == 0);
    }
  }

  /** Distinguishes the response from the reservation for building it, which is much larger. */
  private static boolean isResponse(long queuedBytes) {
    return queuedBytes > HISTORY_BYTES - 100_000 && queuedBytes < 2L * HISTORY_BYTES;
  }

  @Test
  void cutsHttpClientThatReadsNothing() {
    Map<String, String> settings =
        Map.of(
            "WS_HEARTBEAT_INTERVAL",
            "0.2",
            "WS_HEARTBEAT_TIMEOUT",
            "0.5",
            "HANDSHAKE_TIMEOUT",
            "1000");
    try (TestServer server = start(settings);
        RawClient deaf = askForHistory(server)) {
      Await.until("the response to be queued", DEADLINE, () -> isResponse(budget(server).taken()));
      Await.until("the queued bytes to be released", DEADLINE, () -> budget(server).taken() == 0);
      assertTrue(deaf.readToEnd().length() < HISTORY_BYTES - 100_000, "the response was cut off");
    }
  }
}
