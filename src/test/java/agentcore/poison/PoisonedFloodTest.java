package agentcore.poison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send control frames as fast as they can. */
class PoisonedFloodTest extends PoisonedServer {
  PoisonedFloodTest() {
    super(Map.of());
  }

  /** Each client sends more than the server handles in an hour, until its socket is closed. */
  @ParameterizedTest
  @ValueSource(strings = {"898000000000", "8a8000000000"})
  void floodOfControlFramesClosesOnlyItsSender(String frame) {
    byte[] one = HexFormat.of().parseHex(frame);
    byte[] many = new byte[one.length * 10_000];
    for (int i = 0; i < many.length; i += one.length) {
      System.arraycopy(one, 0, many, i, one.length);
    }
    List<RawClient> flooders = new ArrayList<>();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      RawClient flooder = welcomed("flooder" + i).answerPings(false);
      flooders.add(flooder);
      senders.add(Thread.ofVirtual().start(() -> sendAll(flooder, many, 40)));
    }
    for (int i = 0; i < 5; i++) {
      honest().ping();
    }
    Await.until(
        "the server has closed all of them", Duration.ofSeconds(60), () -> connections() == 1);
    flooders.forEach(RawClient::closeAbruptly);
    Await.until("the senders have ended", () -> senders.stream().noneMatch(Thread::isAlive));
  }

  private static void sendAll(RawClient client, byte[] bytes, int times) {
    try {
      for (int i = 0; i < times; i++) {
        client.sendBytes(bytes);
      }
    } catch (UncheckedIOException closed) {
      // it was closed before the end
    }
  }

  @Test
  void floodOfPingsIsAnsweredAtTheAllowedRate() {
    try (RawClient flooder = welcomed("flooder")) {
      ByteArrayOutputStream many = new ByteArrayOutputStream();
      IntStream.range(0, 150).forEach(i -> many.writeBytes(RawFrame.ping("" + i).encode()));
      long startNanos = System.nanoTime();
      flooder.sendBytes(many.toByteArray());
      for (int i = 0; i < 150; i++) {
        RawFrame pong = flooder.nextFrame(Await.DEADLINE).orElseThrow();
        while (pong.opcode() != RawFrame.PONG) {
          pong = flooder.nextFrame(Await.DEADLINE).orElseThrow();
        }
        assertEquals("" + i, pong.text());
      }
      assertTrue(System.nanoTime() - startNanos >= 400_000_000, "100 at once, the others later");
      flooder.send("{\"type\":\"list_rooms\"}");
      flooder.nextJson("rooms_list");
    }
  }
}
