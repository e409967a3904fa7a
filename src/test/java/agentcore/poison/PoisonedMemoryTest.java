package agentcore.poison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.process.ChildJvm;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server with little memory, in its own process, so that its failure cannot end the tests. */
class PoisonedMemoryTest {
  private static final int MANY = 1000;

  /** The header of a text frame of 1 MiB, with its mask. */
  private static final byte[] HEAD = HexFormat.of().parseHex("81ff000000000010000000000000");

  private final List<RawClient> clients = new ArrayList<>();
  private ChildJvm server;
  private HonestClient honest;

  @BeforeEach
  void start() {
    server =
        ChildJvm.run(
            List.of("-Xmx256m"),
            "--port=0",
            "--default-room=",
            "--log-level=WARNING",
            "--rate-limit-messages=0");
    honest = new HonestClient(server.awaitPort(), "honest");
    honest.ping();
  }

  @AfterEach
  void stop() {
    honest.close();
    clients.forEach(RawClient::close);
    server.close();
  }

  private void connectMany() {
    int port = server.awaitPort();
    for (int i = 0; i < MANY; i++) {
      RawClient client = RawClient.connect(port, RawClient.path("u" + i));
      client.nextJson("welcome");
      clients.add(client);
    }
  }

  private void assertServes() {
    for (int i = 0; i < 20; i++) {
      honest.ping();
    }
    try (HonestClient late = new HonestClient(server.awaitPort(), "late")) {
      late.ping();
    }
    assertTrue(server.isAlive());
    assertEquals(List.of(), server.warnings());
  }

  @Test
  void announcedLengthsTakeNoMemory() {
    connectMany();
    for (RawClient client : clients) {
      client.sendBytes(HEAD);
      client.sendBytes(new byte[100]);
    }
    assertServes();
  }

  @Test
  void unfinishedMessagesOfAllClientsAreBoundedTogether() {
    connectMany();
    byte[] much = new byte[900_000];
    int cut = 0;
    for (RawClient client : clients) {
      try {
        client.sendBytes(HEAD);
        client.sendBytes(much);
      } catch (UncheckedIOException closed) {
        cut++;
      }
    }
    assertServes();
    assertTrue(cut < MANY);
  }

  @Test
  void unfinishedFragmentsOfAllClientsAreBoundedTogether() {
    connectMany();
    byte[] fragment = RawFrame.of(RawFrame.TEXT, new byte[100_000]).withFin(false).encode();
    byte[] more = RawFrame.of(RawFrame.CONTINUATION, new byte[100_000]).withFin(false).encode();
    for (int round = 0; round < 8; round++) {
      for (RawClient client : clients) {
        try {
          client.sendBytes(round == 0 ? fragment : more);
        } catch (UncheckedIOException closed) {
          // closed because too much was unfinished
        }
      }
      honest.ping();
    }
    assertServes();
  }

  @Test
  void unreadEventsOfAllClientsAreBoundedTogether() {
    connectMany();
    String create = "{\"type\":\"create_room\",\"data\":{\"room_name\":\"r\"}}";
    clients.getFirst().send(create);
    clients.getFirst().nextJson("room_info");
    for (RawClient client : clients.subList(1, MANY)) {
      client.send("{\"type\":\"join_room\",\"data\":{\"room\":\"r\"}}");
    }
    String chat =
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"r\",\"text\":\"%s\"}}"
            .formatted("x".repeat(1000));
    for (int i = 0; i < 100; i++) {
      for (RawClient client : clients.subList(1, 11)) {
        try {
          client.send(chat);
        } catch (UncheckedIOException closed) {
          // closed because it did not read
        }
      }
      honest.ping();
    }
    assertServes();
  }
}
