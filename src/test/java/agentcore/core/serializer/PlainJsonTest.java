package agentcore.core.serializer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which texts are read without gson. PlainJsonAgreementTest tests that both read the same. */
class PlainJsonTest {
  private static final int LONGEST = 18;

  static List<String> plain() {
    return List.of(
        "{\"type\":\"ping\"}",
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"Hello!\"}}",
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"r\",\"text\":\"t\"},\"id\":\"7\"}",
        "{\"type\": \"chat_message\", \"data\": {\"room\": \"r\", \"text\": \"t\"}}",
        "  { \"type\" : \"typing\" , \"data\" : { \"room\" : \"r\" } } ",
        "{\"data\":{\"x\":\"1\"},\"more\":{\"x\":\"2\"},\"type\":\"data\"}",
        "{\"type\":{\"type\":\"type\"}}",
        "{\"\":\"\"}",
        "{\"a\":\"{}[]:,'/#\u007f\u0085\u00a0\u00e4\u2028\ufeff\uffff\ud83d\ude00\"}");
  }

  /** Reads the text amid other bytes, which must not be looked at. */
  private static Optional<Map<String, Object>> read(String text) {
    byte[] before = "{\"x\":".getBytes(UTF_8);
    byte[] bytes = (new String(before, UTF_8) + text + " \"}}").getBytes(UTF_8);
    int to = before.length + text.getBytes(UTF_8).length;
    return PlainJson.read(bytes, before.length, to, new RecentStrings());
  }

  @ParameterizedTest
  @MethodSource("plain")
  void readsObjectOfStrings(String text) throws IOException {
    Optional<Map<String, Object>> object = StrictJson.object(text);
    assertTrue(object.isPresent());
    assertEquals(object, read(text));
  }

  static List<String> others() {
    return List.of(
        "",
        " ",
        "{",
        "{}",
        "{\"a\":{}}",
        "\"a\"",
        "[]",
        "{\"a\":1}",
        "{\"a\":-0}",
        "{\"a\":true}",
        "{\"a\":null}",
        "{\"a\":[\"b\"]}",
        "{\"a\":{\"b\":{\"c\":\"d\"}}}",
        "{\"a\":\"b\",\"a\":\"c\"}",
        "{\"a\":\"b\",\"a\":{\"c\":\"d\"}}",
        "{\"d\":{\"a\":\"b\",\"a\":\"c\"}}",
        "{\"a\":\"\\n\"}",
        "{\"\\u0061\":\"b\"}",
        "{\"a\":\"\\\"}",
        "{\"a\":\"\\{\"b\":\"c\"}}",
        "{\"a\\:\"b\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\u0000\"}",
        "{\"a\":\"\u001f\"}",
        "{\"a\u001f\":\"b\"}",
        "\t{\"a\":\"b\"}",
        "{\n\"a\":\"b\"}",
        "{\"a\":\"b\"}\n",
        "{\"a\":\"b\"}\u00a0",
        "\ufeff{\"a\":\"b\"}",
        "{\"a\":\"b\"",
        "{\"a\":\"b",
        "{\"a\":{\"b\":\"c\"}",
        "{\"a\":",
        "{\"a\"",
        "{\"a\":}",
        "{\"a\" \"b\"}",
        "{\"a\"=\"b\"}",
        "{\"a\":\"b\",}",
        "{,\"a\":\"b\"}",
        "{\"a\":\"b\" \"c\":\"d\"}",
        "{\"a\":\"b\";\"c\":\"d\"}",
        "{\"a\":\"b\":\"c\"}",
        "{\"a\":\"b\"]",
        "{a:\"b\"}",
        "{'a':'b'}",
        "{\"a\":\"b\"}x",
        "{\"a\":\"b\"}}",
        "{\"a\":\"b\"}{\"a\":\"b\"}",
        "{\"a\":\"b\"}//");
  }

  @ParameterizedTest
  @MethodSource("others")
  void leavesEverythingElseToGson(String text) {
    assertEquals(Optional.empty(), read(text));
  }

  @Test
  void leavesMalformedUtf8Alone() {
    for (int bad : new int[] {0x80, 0xc3, 0xed, 0xff}) {
      for (String text : List.of("{\"a\":\"b\"}", "{\"a\":\"" + "b".repeat(40) + "\"}")) {
        for (int at = 0; at < text.length(); at++) {
          byte[] bytes = text.getBytes(UTF_8);
          bytes[at] = (byte) bad;
          assertEquals(
              Optional.empty(), PlainJson.read(bytes, 0, bytes.length, new RecentStrings()));
        }
      }
    }
  }

  @Test
  void leavesManyFieldsToGson() {
    StringBuilder text = new StringBuilder("{\"f\":\"v\"");
    for (int i = 1; i < SmallMap.MAX_FIELDS; i++) {
      text.append(",\"f").append(i).append("\":\"v").append(i).append('"');
    }
    assertEquals(SmallMap.MAX_FIELDS, read(text + "}").orElseThrow().size());
    assertEquals("v9", read(text + "}").orElseThrow().get("f9"));
    assertEquals(Optional.empty(), read(text + ",\"one\":\"more\"}"));
  }

  @Test
  void findsEverySpecialByteAtEveryPlace() {
    for (int length = 1; length <= LONGEST; length++) {
      for (int at = 0; at < length; at++) {
        for (int b = 0; b < 0x100; b++) {
          byte[] bytes = " ~a\u00ff\u20ac".repeat(LONGEST).getBytes(UTF_8);
          bytes[at] = (byte) b;
          boolean special = b < ' ' || b == '\\' || b == '"';
          int expected = special ? at : length;
          assertEquals(expected, PlainJson.indexOfSpecial(bytes, 0, length), b + " at " + at);
          bytes[length] = '"'; // outside of the range
          assertEquals(expected, PlainJson.indexOfSpecial(bytes, 0, length), b + " at " + at);
        }
      }
    }
  }

  @Test
  void firstOfSeveralSpecialBytesIsFound() {
    byte[] specials = {0, 0x1f, '"', '\\'};
    for (byte first : specials) {
      for (byte second : specials) {
        byte[] bytes = "abcdefgh".getBytes(UTF_8);
        bytes[2] = first;
        bytes[3] = second;
        bytes[7] = first;
        assertEquals(2, PlainJson.indexOfSpecial(bytes, 0, 8));
        assertEquals(3, PlainJson.indexOfSpecial(bytes, 3, 8));
      }
    }
  }

  @Test
  void emptyTextHasNoSpecialByte() {
    assertEquals(0, PlainJson.indexOfSpecial(new byte[0], 0, 0));
  }
}
