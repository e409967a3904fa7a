package agentcore.poison;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Clients that are too slow, too fast, or silent at the wrong moment. */
class PoisonedPaceTest extends PoisonedServer {
  /** Messages of 50 KB. */
  private static final int MORE_THAN_ALL_BUFFERS_HOLD = 500;

  PoisonedPaceTest() {
    super(
        Map.of(
            "WS_HEARTBEAT_INTERVAL",
            "0.8",
            "WS_HEARTBEAT_TIMEOUT",
            "4",
            "MAX_TEXT_LENGTH",
            "50000",
            "RATE_LIMIT_MESSAGES",
            "100",
            "RATE_LIMIT_WINDOW",
            "1000",
            "RATE_LIMIT_BURST",
            "4000"));
  }

  private boolean hasLeft(String user) {
    return honest().received("user_left").stream()
        .anyMatch(left -> left.get("username").getAsString().equals(user));
  }

  private static String chat(String text) {
    return "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"" + text + "\"}}";
  }

  @Test
  void slowReaderIsClosedAndOthersReceiveEverything() {
    int before = honest().received("chat_message").size();
    try (RawClient slow = welcomed("slow").answerPings(false);
        RawClient talker = welcomed("talker")) {
      String text = "x".repeat(50_000);
      int sent = 0;
      while (!hasLeft("slow") && sent < MORE_THAN_ALL_BUFFERS_HOLD) {
        sent++;
        talker.send(chat(text));
        talker.nextJson("chat_message");
        int all = before + sent;
        Await.until(
            "the honest client received it", () -> honest().received("chat_message").size() >= all);
      }
      Await.until("the slow client has left", () -> hasLeft("slow"));
      long last = before + (long) sent;
      List<Long> seqs =
          honest().received("chat_message").stream().map(e -> e.get("seq").getAsLong()).toList();
      assertEquals(LongStream.rangeClosed(1, last).boxed().toList(), seqs);
      int code = slow.awaitClose().code();
      assertTrue(code == 4408 || code == 4410 || code == 1006, "" + code);
    }
  }

  @Test
  void clientThatAsksAndNeverReadsDelaysOnlyItself() {
    try (RawClient writer = welcomed("writer")) {
      for (int i = 0; i < 10; i++) {
        writer.send(chat("y".repeat(49_000)));
        writer.nextJson("chat_message");
      }
    }
    RawClient asker = welcomed("asker").answerPings(false);
    String ask = "{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\",\"limit\":50}}";
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    IntStream.range(0, 300).forEach(i -> many.writeBytes(RawFrame.text(ask).encode()));
    asker.sendBytes(many.toByteArray());
    honest().ping();
    awaitAlone();
    asker.close();
  }

  @Test
  void floodingClientReceivesRetryAfterAndIsThenClosed() {
    try (RawClient flooder = welcomed("flooder")) {
      ByteArrayOutputStream many = new ByteArrayOutputStream();
      for (int i = 0; i < 6000; i++) {
        many.writeBytes(RawFrame.text("{\"type\":\"list_rooms\",\"id\":\"" + i + "\"}").encode());
      }
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      flooder.sendBytes(many.toByteArray());
                    } catch (UncheckedIOException closed) {
                      // it was closed before the end
                    }
                  });
      int refused = 0;
      JsonObject answer = flooder.nextJson();
      while (refused < 100) {
        if (answer.get("type").getAsString().equals("error")) {
          refused++;
          assertEquals("RATE_LIMIT_EXCEEDED", answer.get("error_code").getAsString());
          assertTrue(answer.get("retryable").getAsBoolean());
          double retryAfter = answer.get("retry_after").getAsDouble();
          assertTrue(retryAfter > 0 && retryAfter <= 10.001, "" + retryAfter);
        } else if (answer.get("type").getAsString().equals("rooms_list")) {
          refused = 0;
        }
        if (refused < 100) {
          answer = flooder.nextJson();
        }
      }
      assertEquals(1008, flooder.awaitClose().code());
      Await.until("the sender has ended", () -> !sender.isAlive());
    }
  }

  @Test
  void floodOfCheapMessagesIsDroppedSilently() {
    try (RawClient chatterbox = welcomed("chatterbox")) {
      long start = System.nanoTime();
      for (int i = 0; i < 1000; i++) {
        chatterbox.send("{\"type\":\"ping\"}");
      }
      chatterbox.send("{\"type\":\"list_rooms\",\"id\":\"end\"}");
      int pongs = 0;
      JsonObject answer = chatterbox.nextJson();
      while (!answer.has("id")) {
        assertEquals("pong", answer.get("type").getAsString());
        pongs++;
        answer = chatterbox.nextJson();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      assertTrue(pongs >= 10 && pongs <= 10 + 10 * seconds + 1, pongs + " in " + seconds);
    }
  }

  @Test
  void clientThatStopsAmidAFrameIsClosed() {
    byte[] frame = RawFrame.text(chat("never finished")).encode();
    List<RawClient> halves = new ArrayList<>();
    for (int length : List.of(1, 2, 5, 6, frame.length - 1)) {
      RawClient half = welcomed("half" + length).answerPings(false);
      half.sendBytes(Arrays.copyOf(frame, length));
      halves.add(half);
    }
    halves.forEach(half -> assertEquals(4410, half.awaitClose().code()));
  }

  @Test
  void clientThatStopsAmidAMessageIsClosed() {
    try (RawClient half = welcomed("half").answerPings(false)) {
      half.send(RawFrame.of(RawFrame.TEXT, "{".getBytes(UTF_8)).withFin(false));
      assertEquals(4410, half.awaitClose().code());
    }
  }

  @Test
  void tricklingFrameIsServed() {
    try (RawClient trickler = welcomed("trickler")) {
      for (byte b : RawFrame.text("{\"type\":\"list_rooms\"}").encode()) {
        trickler.sendBytes(new byte[] {b});
      }
      trickler.nextJson("rooms_list");
    }
  }

  @Test
  void silentClientThatAnswersPingsStays() {
    try (RawClient silent = welcomed("silent")) {
      long pings = 0;
      while (pings < 6) {
        RawFrame frame = silent.nextFrame(Await.DEADLINE).orElseThrow();
        assertTrue(frame.opcode() == RawFrame.PING || frame.opcode() == RawFrame.TEXT);
        pings += frame.opcode() == RawFrame.PING ? 1 : 0;
      }
      silent.send("{\"type\":\"list_rooms\"}");
      silent.nextJson("rooms_list");
    }
  }

  @Test
  void clientThatDoesNotAnswerPingsIsClosed() {
    try (RawClient dead = welcomed("dead").answerPings(false)) {
      assertEquals(4410, dead.awaitClose().code());
    }
  }

  @Test
  void abruptlyClosedConnectionIsNoticed() {
    for (int i = 0; i < 20; i++) {
      welcomed("lost" + i).closeAbruptly();
    }
  }

  @Test
  void clientThatHalfClosesReceivesTheOutstandingReplies() {
    try (RawClient half = welcomed("half")) {
      for (int i = 0; i < 20; i++) {
        half.send("{\"type\":\"list_rooms\",\"id\":\"" + i + "\"}");
      }
      half.shutdownOutput();
      for (int i = 0; i < 20; i++) {
        assertEquals("" + i, half.nextJson("rooms_list").get("id").getAsString());
      }
      half.awaitClose();
    }
  }

  @Test
  void closeFrameIsAnsweredWithItsCodeAndNothingElse() {
    for (int code : List.of(1000, 1001, 3000, 4999)) {
      try (RawClient closer = welcomed("closer")) {
        closer.send(RawFrame.close(code, "bye"));
        closer.send("{\"type\":\"list_rooms\"}");
        assertEquals(code, closer.expectClose().code());
      }
      awaitAlone();
    }
  }

  @Test
  void clientThatIgnoresTheCloseFrameIsCut() {
    try (RawClient deaf = welcomed("deaf")) {
      deaf.sendBytes(HexFormat.of().parseHex("8100"));
      RawFrame close = deaf.nextFrame(Await.DEADLINE).orElseThrow();
      assertEquals(1002, close.closeCode());
      assertTrue(deaf.nextFrame(Await.DEADLINE).isEmpty());
    }
  }
}
