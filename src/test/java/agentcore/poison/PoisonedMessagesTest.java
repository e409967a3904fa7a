package agentcore.poison;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames and texts that are malformed, too large, or malicious. */
class PoisonedMessagesTest extends PoisonedServer {
  private static final int MAX = 1_000_000;

  PoisonedMessagesTest() {
    super(Map.of("DEFAULT_ROOM", "", "WS_MAX_MESSAGE_SIZE", "" + MAX, "RATE_LIMIT_MESSAGES", "0"));
  }

  private static RawFrame data(int opcode, int length) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) ' ');
    return RawFrame.of(opcode, payload);
  }

  private static void assertError(String code, RawClient client) {
    assertEquals(code, client.nextJson("error").get("error_code").getAsString());
  }

  static List<String> bombs() {
    return List.of(
        "[".repeat(MAX),
        "{\"a\":".repeat(MAX / 5),
        "[".repeat(MAX / 2) + "]".repeat(MAX / 2),
        "{\"type\":\"ping\",\"data\":" + "{\"x\":".repeat(100_000) + "1",
        "9".repeat(MAX),
        "-".repeat(MAX),
        "\"" + "\\u0000".repeat(MAX / 7),
        " ".repeat(MAX),
        "/".repeat(MAX),
        "\"" + "\\".repeat(MAX - 2),
        "{" + "\"a\":1,".repeat(MAX / 7));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void textMeantToExhaustTheParserIsAnError(String bomb) {
    try (RawClient client = welcomed("bomber")) {
      client.send(bomb);
      assertError("INVALID_JSON", client);
      client.send("{\"type\":\"ping\"}");
      client.nextJson("pong");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"type", "id", "room", "text", "limit", "before", "is_public"})
  void hugeValueInAnyFieldIsAnError(String field) {
    String huge = "x".repeat(MAX / 2);
    String value = field.equals("limit") || field.equals("before") ? "9".repeat(1000) : huge;
    String request =
        field.equals("type") || field.equals("id")
            ? "{\"" + field + "\":\"" + huge + "\"}"
            : "{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\",\""
                + field
                + "\":\""
                + value
                + "\"}}";
    try (RawClient client = welcomed("huge")) {
      client.send(request);
      JsonObject answer = client.nextJson();
      assertTrue(answer.toString().length() < 400_000, "not sent back");
      client.send("{\"type\":\"ping\",\"id\":\"1\"}");
      assertEquals("1", client.nextJson("pong").get("id").getAsString());
    }
  }

  @Test
  void fieldsWithEqualHashesAreHandled() {
    String[] same = {"Aa", "BB"};
    StringBuilder text = new StringBuilder("{\"type\":\"ping\",\"data\":{");
    for (int i = 0; i < 1 << 14; i++) {
      text.append('"');
      for (int bit = 0; bit < 14; bit++) {
        text.append(same[(i >> bit) & 1]);
      }
      text.append("\":1,");
    }
    text.append("\"x\":1}}");
    try (RawClient client = welcomed("hasher")) {
      client.send(text.toString());
      client.nextJson("pong");
    }
  }

  @Test
  void messageMayBeAsLargeAsTheLimitInOneFrameOrSeveral() {
    try (RawClient client = welcomed("large")) {
      client.send(data(RawFrame.TEXT, MAX));
      assertError("INVALID_JSON", client);
      client.send(data(RawFrame.TEXT, MAX / 2).withFin(false));
      client.send(data(RawFrame.CONTINUATION, MAX / 2 - 1).withFin(false));
      client.send(data(RawFrame.CONTINUATION, 1));
      assertError("INVALID_JSON", client);
    }
  }

  @Test
  void oneByteMoreInOneFrameIsTooBig() {
    try (RawClient client = welcomed("larger")) {
      client.send(data(RawFrame.TEXT, MAX + 1));
      assertEquals(1009, client.expectClose().code());
    }
  }

  @Test
  void oneByteMoreInFragmentsIsTooBig() {
    try (RawClient client = welcomed("larger")) {
      client.send(data(RawFrame.TEXT, MAX / 2).withFin(false));
      client.send(data(RawFrame.CONTINUATION, MAX / 2).withFin(false));
      client.send(data(RawFrame.CONTINUATION, 1));
      assertEquals(1009, client.expectClose().code());
    }
  }

  @Test
  void clientReceivesTheCloseCodeWhileItStillSends() throws InterruptedException {
    try (RawClient client = welcomed("talker")) {
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      client.sendBytes(HexFormat.of().parseHex("81ff00000000000fffff00000000"));
                      for (int i = 0; i < 15; i++) {
                        client.sendBytes(new byte[100_000]);
                      }
                    } catch (UncheckedIOException closed) {
                      // the server waits only for a second
                    }
                  });
      assertEquals(1009, client.expectClose().code());
      sender.join();
    }
  }

  @Test
  void endlessEmptyFragmentsAreTooBig() {
    try (RawClient client = welcomed("endless")) {
      byte[] fragment = data(RawFrame.CONTINUATION, 0).withFin(false).encode();
      ByteArrayOutputStream many = new ByteArrayOutputStream();
      many.writeBytes(data(RawFrame.TEXT, 0).withFin(false).encode());
      for (int i = 0; i < 20_000; i++) {
        many.writeBytes(fragment);
      }
      client.sendBytes(many.toByteArray());
      assertEquals(1009, client.expectClose().code());
    }
  }

  @Test
  void pingBetweenFragmentsIsAnsweredBeforeTheMessage() {
    try (RawClient client = welcomed("pinger")) {
      client.send(RawFrame.of(RawFrame.TEXT, "{\"type\":".getBytes(UTF_8)).withFin(false));
      client.expectSilence();
      client.send(RawFrame.of(RawFrame.CONTINUATION, "\"pi".getBytes(UTF_8)).withFin(false));
      client.expectSilence();
      client.send(RawFrame.of(RawFrame.CONTINUATION, "ng\"}".getBytes(UTF_8)));
      client.nextJson("pong");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1003, 828200000000 7b7d,              binary",
    "1003, 028200000000 7b7d 808000000000, binary in fragments",
    "1007, 818100000000 ff,                no UTF-8",
    "1007, 818200000000 c080,              an overlong zero",
    "1007, 818400000000 f4908080,          beyond Unicode",
    "1007, 018100000000 c3 808100000000 28, no UTF-8 across fragments",
    "1007, 018100000000 e2 808100000000 82, cut off in the last fragment",
    "1002, 8102 7b7d,                      not masked",
    "1002, 8100,                           empty and not masked",
    "1002, 8900,                           a ping that is not masked",
    "1002, c18200000000 7b7d,              the first reserved bit",
    "1002, a18200000000 7b7d,              the second",
    "1002, 918200000000 7b7d,              the third",
    "1002, 838000000000,                   a reserved opcode",
    "1002, 8f8000000000,                   a reserved control opcode",
    "1002, 808000000000,                   a continuation of nothing",
    "1002, 098000000000,                   a control frame in fragments",
    "1002, 89fe007e00000000,               a control frame that is too long",
    "1002, 88810000000003,                 half a code",
    "1002, 888200000000 03ed,              a code that is never sent",
    "1002, 888200000000 0000,              code zero"
  })
  void brokenFrameClosesTheConnectionWithItsCode(int code, String frame, String what) {
    try (RawClient client = welcomed("broken")) {
      byte[] bytes = HexFormat.of().parseHex(frame.replace(" ", ""));
      // The announced payload is sent too: an incomplete frame is not judged.
      client.sendBytes(Arrays.copyOf(bytes, bytes.length + (frame.contains("fe007e") ? 126 : 0)));
      assertEquals(code, client.expectClose().code(), what);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomBytesCloseOnlyTheirConnection(long seed) {
    byte[] noise = new byte[100_000];
    new Random(seed).nextBytes(noise);
    try (RawClient client = welcomed("noise")) {
      client.sendBytes(noise);
      int code = client.awaitClose().code();
      assertTrue(code == 1002 || code == 1009 || code == 1003 || code == 1007, "" + code);
    } catch (UncheckedIOException cut) {
      honest().ping();
    }
  }
}
