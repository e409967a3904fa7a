package agentcore.poison;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.process.ChildJvm;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many clients that request large replies and never read them, on a server with little memory. */
class PoisonedRepliesTest {
  private static final int MANY = 250;

  /** This many histories of 256 KiB exceed the kernel's buffers and one outbox. */
  private static final int REQUESTS = 24;

  private static final String HISTORY =
      "{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\",\"limit\":1000}}";
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final List<RawClient> deaf = new ArrayList<>();
  private ChildJvm server;
  private HonestClient honest;

  @BeforeEach
  void start() {
    server =
        ChildJvm.run(
            List.of("-Xmx64m"),
            "--port=0",
            "--log-level=WARNING",
            "--rate-limit-messages=0",
            "--max-text-length=20000",
            "--presence-events-limit=0");
    honest = new HonestClient(server.awaitPort(), "honest");
    honest.ping();
    String text = "x".repeat(20_000);
    for (int i = 1; i <= 60; i++) {
      honest.send(
          "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"" + text + "\"}}");
      int said = i;
      Await.until(
          "the message is stored", DEADLINE, () -> honest.received("chat_message").size() == said);
    }
  }

  @AfterEach
  void stop() {
    honest.close();
    deaf.forEach(RawClient::close);
    server.close();
  }

  /** The client may have to repeat its request while the server is busy with the others. */
  private void assertHonestIsServed() {
    honest.ping();
    int before = honest.received("message_history").size();
    Await.until(
        "a history",
        DEADLINE,
        () -> {
          int answers = answers();
          honest.send(HISTORY);
          Await.until("an answer", DEADLINE, () -> answers() > answers);
          return honest.received("message_history").size() > before;
        });
    assertTrue(server.isAlive(), () -> "" + server.err());
    assertEquals(List.of(), server.err());
  }

  private int answers() {
    return honest.received("message_history").size() + honest.received("error").size();
  }

  @Test
  void clientsThatAskAndNeverReadAreClosedAndOthersAreServed() {
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    for (int i = 0; i < REQUESTS; i++) {
      requests.writeBytes(RawFrame.text(HISTORY).encode());
    }
    for (int i = 0; i < MANY; i++) {
      RawClient client = RawClient.connect(server.awaitPort(), RawClient.path("deaf" + i));
      deaf.add(client);
      send(client, requests.toByteArray());
      if (i % 50 == 49) {
        assertHonestIsServed();
      }
    }
    assertHonestIsServed();
  }

  @Test
  void httpClientsThatAskAndNeverReadDoNotFillTheMemory() {
    byte[] request =
        "GET /api/rooms/lobby/messages?limit=1000 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
            .formatted(server.awaitPort())
            .getBytes(ISO_8859_1);
    for (int i = 0; i < MANY; i++) {
      RawClient client = RawClient.open(server.awaitPort());
      deaf.add(client);
      send(client, request);
      if (i % 50 == 49) {
        assertHonestIsServed();
      }
    }
    assertHonestIsServed();
  }

  private static void send(RawClient client, byte[] bytes) {
    try {
      client.sendBytes(bytes);
    } catch (UncheckedIOException cut) {
      // closed to free memory
    }
  }
}
