package agentcore.poison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.ChildJvm;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many clients that never read, in a flooded room, on a server with little memory. */
class PoisonedCrowdTest {
  private static final int MANY = 200;

  /** Enough that their bounds together exceed the heap. */
  private static final int SOME = 120;

  private static final String TEXT = "x".repeat(50_000);

  /** Much more than fits into the socket buffers and all outboxes. */
  private static final int MAX_MESSAGES = 2000;

  private final List<RawClient> slow = new ArrayList<>();
  private ChildJvm server;
  private HonestClient honest;
  private HonestClient talker;

  @BeforeEach
  void start() {
    server =
        ChildJvm.run(
            List.of("-Xmx128m"),
            "--port=0",
            "--log-level=WARNING",
            "--rate-limit-messages=0",
            "--private-rate-limit=0",
            "--max-text-length=50000",
            "--presence-events-limit=1000");
    honest = new HonestClient(server.awaitPort(), "honest");
    honest.ping();
    talker = new HonestClient(server.awaitPort(), "talker");
    talker.ping();
  }

  @AfterEach
  void stop() {
    slow.forEach(RawClient::close);
    talker.close();
    honest.close();
    server.close();
  }

  private void connectSlowOnes(int many, Optional<Integer> receiveBufferBytes)
      throws SocketException {
    for (int i = 0; i < many; i++) {
      RawClient client =
          RawClient.connect(server.awaitPort(), RawClient.path("slow" + i)).answerPings(false);
      client.nextJson("welcome");
      if (receiveBufferBytes.isPresent()) {
        client.socket().setReceiveBufferSize(receiveBufferBytes.get());
      }
      slow.add(client);
    }
  }

  /**
   * Sends a message and waits until the readers have received it. The server closes the connection
   * with the fullest outbox, and that must not be one of theirs.
   */
  private void talk(int already) {
    talker.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"" + TEXT + "\"}}");
    for (HonestClient reader : List.of(honest, talker)) {
      Await.until(
          "message " + (already + 1) + " was received",
          () -> reader.received("chat_message").size() == already + 1);
    }
  }

  @Test
  void slowReadersAreClosedAndOthersReceiveEverythingInOrder() throws SocketException {
    connectSlowOnes(MANY, Optional.empty());
    int sent = 0;
    while (honest.received("user_left").size() < MANY) {
      assertTrue(sent < MAX_MESSAGES, "left: " + honest.received("user_left").size());
      talk(sent);
      sent++;
    }
    List<Long> seqs =
        honest.received("chat_message").stream().map(m -> m.get("seq").getAsLong()).toList();
    assertEquals(LongStream.rangeClosed(1, sent).boxed().toList(), seqs);
    talker.ping();
    for (RawClient client : slow) {
      int code = client.awaitClose().code();
      assertTrue(code == 4408 || code == 1006, "" + code);
    }
    talk(sent);
    assertTrue(server.isAlive());
    assertEquals(List.of(), server.warnings());
  }

  /** All members share the frame of a room's event; a private message takes memory for each. */
  @Test
  void memoryForPrivateMessagesIsBounded() throws SocketException {
    connectSlowOnes(SOME, Optional.of(64 * 1024));
    try (RawClient sender = RawClient.connect(server.awaitPort(), "/ws/sender")) {
      sender.nextJson("welcome");
      int rounds = 0;
      while (honest.received("user_left").size() < SOME) {
        assertTrue(++rounds < MAX_MESSAGES, "left: " + honest.received("user_left").size());
        for (int i = 0; i < SOME; i++) {
          String id = "p" + rounds;
          sender.send(
              "{\"type\":\"private_message\",\"id\":\"%s\",\"data\":{\"target_user_id\":\"slow%d\",\"text\":\"%s\"}}"
                  .formatted(id, i, TEXT));
          awaitReply(sender, id);
        }
      }
    }
    talk(0);
    assertTrue(server.isAlive());
    assertEquals(List.of(), server.warnings());
  }

  private static void awaitReply(RawClient sender, String id) {
    while (!sender.nextText().contains("\"id\":\"" + id + "\"")) {
      // an event about a member that left
    }
  }
}
