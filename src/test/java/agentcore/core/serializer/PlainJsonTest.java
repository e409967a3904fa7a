package agentcore.core.serializer;

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

  @ParameterizedTest
  @MethodSource("plain")
  void readsObjectOfStrings(String text) throws IOException {
    Optional<Map<String, Object>> object = StrictJson.object(text);
    assertTrue(object.isPresent());
    assertEquals(object, PlainJson.read(text));
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
    assertEquals(Optional.empty(), PlainJson.read(text));
  }

  @Test
  void findsEveryCharacterThatNeedsEscapeAtEveryPlace() {
    for (int length = 1; length <= LONGEST; length++) {
      for (int at = 0; at < length; at++) {
        for (char c = 0; c < 0x300; c++) {
          String text = " ~\u00ff".repeat(LONGEST).substring(0, at) + c + "€a".repeat(LONGEST);
          text = text.substring(0, length);
          boolean expected = c >= ' ' && c != '\\';
          assertEquals(expected, PlainJson.needsNoEscape(text), (int) c + " at " + at);
        }
      }
    }
  }

  @Test
  void emptyTextNeedsNoEscape() {
    assertTrue(PlainJson.needsNoEscape(""));
  }
}
