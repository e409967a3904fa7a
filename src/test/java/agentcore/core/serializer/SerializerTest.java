package agentcore.core.serializer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.testkit.Await;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are JSON, which JSON is a request, and how events are written. */
class SerializerTest {
  private final Serializer serializer = new Serializer();

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  /** Reads a text; gson alone must read the same. */
  private Message read(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    Message message = serializer.read(utf8, 0, utf8.length).orElseThrow();
    assertEquals(Serializer.readStrictly(text, utf8.length).type(), message.type());
    return message;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "c0af", "eda080", "f4908080", "e28283c3"})
  void bytesThatAreNotUtf8AreNoMessage(String malformed) {
    String start = HexFormat.of().formatHex("{\"type\":\"\ufffd".getBytes(UTF_8));
    byte[] bytes = HexFormat.of().parseHex(start + malformed + "227d");
    assertEquals(Optional.empty(), serializer.read(bytes, 0, bytes.length));
  }

  @Test
  void replacementCharacterIsTextLikeAnyOther() {
    assertEquals("\ufffd", valid("{\"type\":\"\ufffd\"}").type());
  }

  private void assertFault(ErrorCode code, String sentence, String text) {
    Message message = read(text);
    ClientException fault = message.fault().orElseThrow(() -> new AssertionError(text));
    assertEquals(sentence, fault.sentence(), text);
    assertEquals(code, fault.code(), text);
    assertEquals(text.getBytes(UTF_8).length, message.length());
    assertEquals(Optional.empty(), message.data().string("x"));
  }

  private Message valid(String text) {
    Message message = read(text);
    assertEquals(Optional.empty(), message.fault().map(ClientException::sentence), text);
    return message;
  }

  static List<String> notJson() {
    return List.of(
        "",
        " ",
        "\u0000",
        "{",
        "}",
        "[1",
        "nul",
        "nullx",
        "TRUE",
        "True",
        "undefined",
        "NaN",
        "Infinity",
        "-Infinity",
        "hello",
        "'single'",
        "{'type':'ping'}",
        "{type:\"ping\"}",
        "{\"type\":\"ping\",}",
        "{,\"type\":\"ping\"}",
        "{\"type\" \"ping\"}",
        "{\"type\"=\"ping\"}",
        "{\"type\"=>\"ping\"}",
        "{\"type\":\"ping\";\"id\":\"1\"}",
        "{\"type\":}",
        "{\"type\"}",
        "{1:2}",
        "{null:2}",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "[1;2]",
        "{\"type\":\"ping\"} {}",
        "{\"type\":\"ping\"}x",
        "{\"type\":\"ping\"}]",
        "{} // comment",
        "// comment\n{}",
        "/* comment */{}",
        "# comment\n{}",
        ")]}'\n{\"type\":\"ping\"}",
        "01",
        "-01",
        "+1",
        "1.",
        ".5",
        "-",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "\"open",
        "\"\\x41\"",
        "\"\\'\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud8g4\"",
        "\"\\ud8NaN\"",
        "\"\\ud83d\\ude0\"",
        "\"\\",
        "\"line\nbreak\"",
        "\"escaped\\\nbreak\"",
        "\"tab\there\"",
        "\"nul\u0000here\"",
        "\"unit\u001fhere\"",
        "{\"type\":\"a\u0001b\"}",
        "{\"a\u0001b\":1}",
        "\u00a0{}",
        "\f{}",
        "\u000b{}",
        "{\"type\":\u00a0\"ping\"}",
        nested(33),
        "{\"a\":".repeat(33) + "1" + "}".repeat(33),
        nested(100_000),
        "[".repeat(1_000_000));
  }

  @ParameterizedTest
  @MethodSource("notJson")
  void refusesWhatIsNotStrictJson(String text) {
    assertFault(ErrorCode.INVALID_JSON, "Invalid JSON format", text);
    assertEquals(Message.UNREADABLE, read(text).type());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0e-00",
        "1E400",
        "123456789012345678901234567890.5e-3",
        "\"text\"",
        "\"\\u0000\\b\\f\\n\\r\\t\\/\\\\\\\"\\u00fF\"",
        "\"\u007f\u0080\u2028\"",
        "[]",
        " [ 1 , { } ] ",
        "\t\r\n[]\t\r\n"
      })
  void refusesJsonThatIsNotAnObject(String text) {
    assertFault(ErrorCode.INVALID_MESSAGE_FORMAT, "Message must be a JSON object", text);
  }

  @Test
  void acceptsNestingToADepthOf32() {
    assertFault(ErrorCode.INVALID_MESSAGE_FORMAT, "Message must be a JSON object", nested(32));
    String inside = "{\"type\":\"a\",\"data\":{\"x\":" + nested(30) + "}}";
    assertEquals("a", valid(inside).type());
    String tooDeep = "{\"type\":\"a\",\"data\":{\"x\":" + nested(31) + "}}";
    assertFault(ErrorCode.INVALID_JSON, "Invalid JSON format", tooDeep);
  }

  @Test
  void ignoresByteOrderMarkAsRfc8259Allows() {
    assertEquals("ping", valid("\ufeff{\"type\":\"ping\"}").type());
    assertFault(ErrorCode.INVALID_JSON, "Invalid JSON format", "{\"type\":\ufeff\"ping\"}");
  }

  @Test
  void lastValueOfRepeatedNameCounts() {
    Message message = valid("{\"type\":\"a\",\"type\":\"b\",\"data\":{\"x\":\"1\",\"x\":\"2\"}}");
    assertEquals("b", message.type());
    assertEquals(Optional.of("2"), message.data().string("x"));
  }

  @Test
  void readsAllFieldsOfRequest() {
    String text =
        """
        {"id": "r-1", "type": "chat_message", "more": [null, {"deep": true}],
         "data": {"text": "a\\u00e4\\ud83d\\ude00/", "limit": 7, "yes": true, "no": null}}
        """;
    Message message = valid(text);
    assertEquals("chat_message", message.type());
    assertEquals(Optional.of("r-1"), message.id());
    assertEquals(text.getBytes(UTF_8).length, message.length());
    assertEquals(Optional.of("aä😀/"), message.data().string("text"));
    assertEquals(7, message.data().integer("limit").orElseThrow());
    assertEquals(Optional.of(true), message.data().bool("yes"));
    assertEquals(Optional.empty(), message.data().string("no"));
    assertEquals(Optional.empty(), message.data().string("absent"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"type\":null}", "{\"type\":\"\"}", "{\"Type\":\"ping\"}"})
  void requiresType(String text) {
    assertFault(ErrorCode.MISSING_MESSAGE_TYPE, "Message type is required", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "[]", "{}", "[\"ping\"]"})
  void requiresTypeToBeString(String type) {
    assertFault(
        ErrorCode.INVALID_MESSAGE_FORMAT,
        "Field 'type' must be a string",
        "{\"type\":" + type + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"x\"", "[]", "true"})
  void requiresDataToBeObject(String data) {
    String text = "{\"type\":\"a\",\"id\":\"1\",\"data\":" + data + "}";
    assertFault(ErrorCode.INVALID_MESSAGE_FORMAT, "Field 'data' must be an object", text);
    assertEquals("a", read(text).type());
    assertEquals(Optional.of("1"), read(text).id());
  }

  @Test
  void acceptsRequestWithoutData() {
    assertEquals(Optional.empty(), valid("{\"type\":\"a\"}").data().string("x"));
    assertEquals(Optional.empty(), valid("{\"type\":\"a\",\"data\":null}").data().string("x"));
  }

  @Test
  void acceptsIdOf1To64CodePointsAndRepeatsNoOther() {
    String max = "😀".repeat(64);
    assertEquals(Optional.of(max), valid("{\"type\":\"a\",\"id\":\"" + max + "\"}").id());
    assertEquals(Optional.empty(), valid("{\"type\":\"a\",\"id\":null}").id());
    for (String wrong : List.of("\"\"", "\"" + max + "x\"")) {
      String text = "{\"type\":\"a\",\"id\":" + wrong + "}";
      assertFault(
          ErrorCode.INVALID_MESSAGE_FORMAT,
          "Field 'id' must be a string of 1 to 64 characters",
          text);
      assertEquals(Optional.empty(), read(text).id());
      assertEquals("a", read(text).type());
    }
    for (String wrong : List.of("1", "{}", "[]", "false")) {
      String text = "{\"type\":\"a\",\"id\":" + wrong + "}";
      assertFault(ErrorCode.INVALID_MESSAGE_FORMAT, "Field 'id' must be a string", text);
      assertEquals(Optional.empty(), read(text).id());
    }
  }

  @Test
  void cutsTypeTo64CodePoints() {
    assertEquals("😀".repeat(64), valid("{\"type\":\"" + "😀".repeat(70) + "\"}").type());
  }

  @ParameterizedTest
  @CsvSource({
    "\\\\ud83d, \\ud83d",
    "\\\\\\\\ud83d, \\\\ud83d",
    "\\\\\\ud83d\\ude00, \\😀",
    "😀\\ud83d\\ude00😀, 😀😀😀",
    "\\u005cud83d, \\ud83d",
    "ud83d, ud83d"
  })
  void keepsTextThatOnlyResemblesUnpairedSurrogate(String escaped, String expected) {
    Message message = valid("{\"type\":\"a\",\"data\":{\"x\":\"" + escaped + "\"}}");
    assertEquals(Optional.of(expected), message.data().string("x"));
  }

  /** Copying the rest of the text for each of them would take seconds. */
  @Test
  void readsManyUnpairedSurrogatesInLinearTime() {
    String text = "{\"type\":\"a\",\"x\":\"" + "\\ud800".repeat(2_000_000) + "\"}";
    assertTimeoutPreemptively(
        Await.DEADLINE,
        () ->
            assertFault(
                ErrorCode.INVALID_MESSAGE_FORMAT,
                "Message must not contain unpaired surrogates",
                text));
  }

  @Test
  void reportsInvalidJsonBeforeUnpairedSurrogate() {
    String text = "{\"type\":\"\\ud83d\",}";
    assertFault(ErrorCode.INVALID_JSON, "Invalid JSON format", text);
  }

  @Test
  void acceptsEscapedSurrogatePair() {
    assertEquals(
        Optional.of("😀"),
        valid("{\"type\":\"a\",\"data\":{\"x\":\"\\uD83d\\uDe00\"}}").data().string("x"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-7, -7",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, 9223372036854775807",
    "-99999999999999999999999999999, -9223372036854775808"
  })
  void clampsIntegersToTheRangeOfLong(String digits, long expected) {
    Message message = valid("{\"type\":\"a\",\"data\":{\"n\":" + digits + "}}");
    assertEquals(expected, message.data().integer("n").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1.0", "1e2", "\"1\"", "true", "[]", "{}"})
  void refusesOtherValuesWhereAnIntegerIsExpected(String value) {
    Message message = valid("{\"type\":\"a\",\"data\":{\"n\":" + value + "}}");
    ClientException fault = assertThrows(ClientException.class, () -> message.data().integer("n"));
    assertEquals("Field 'n' must be an integer", fault.sentence());
    assertEquals(ErrorCode.INVALID_MESSAGE_FORMAT, fault.code());
  }

  @Test
  void answersNumberOfAMillionDigits() {
    Message message = read("{\"type\":\"a\",\"id\":" + "9".repeat(1_000_000) + "}");
    assertTrue(message.fault().isPresent());
  }

  @Test
  void writesFlatEventThatEndsWithItsTimestamp() {
    Event event =
        Event.of("sample")
            .with("text", "ä😀")
            .with("number", -5)
            .with("yes", true)
            .withNull("nothing")
            .withSeconds("wait", 1)
            .withList("names", List.of("a", "b"))
            .withList("rows", List.of(Event.object().with("n", 1), Event.object().with("n", 2)))
            .withList("raw", List.of(new Event.Json("{\"x\":1}")))
            .withList("none", List.of());
    assertEquals(
        "{\"type\":\"sample\",\"text\":\"ä😀\",\"number\":-5,\"yes\":true,\"nothing\":null,"
            + "\"wait\":0.001,\"names\":[\"a\",\"b\"],\"rows\":[{\"n\":1},{\"n\":2}],"
            + "\"raw\":[{\"x\":1}],\"none\":[],\"timestamp\":1234567890.120}",
        serializer.write(event, 1_234_567_890_120L));
    assertEquals("{\"type\":\"a\"}", serializer.write(Event.of("a")));
  }

  @Test
  void readsEveryCharacterAsItWasWritten() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c < 0x3000; c++) {
      all.append((char) c);
    }
    all.append("😀\u2028\uffff\"\\/");
    String written = serializer.write(Event.of("a").with("id", "x").with("x", all.toString()));
    String asData = "{\"type\":\"b\",\"data\":" + written + "}";
    assertEquals(Optional.of(all.toString()), valid(asData).data().string("x"));
    assertTrue(written.chars().noneMatch(c -> c < ' '), "no raw control characters");
  }

  @ParameterizedTest
  @CsvSource({"0, 0.000", "1, 0.001", "999, 0.999", "1000, 1.000", "1234567890123, 1234567890.123"})
  void writesTimestampWithThreeDecimals(long millis, String expected) {
    assertEquals(
        "{\"type\":\"a\",\"timestamp\":" + expected + "}", serializer.write(Event.of("a"), millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"\\ud83d\"}",
        "{\"type\":\"a\",\"data\":{\"x\":\"\\ud83d\"}}",
        "{\"type\":\"a\",\"data\":{\"x\":\"\\ude00\\ud83d\"}}",
        "{\"type\":\"a\",\"data\":{\"\\udfff\":1}}",
        "{\"type\":\"a\",\"other\":[[{\"x\":[\"\\uD800\"]}]]}"
      })
  void refusesUnpairedSurrogateAnywhere(String text) {
    assertFault(
        ErrorCode.INVALID_MESSAGE_FORMAT, "Message must not contain unpaired surrogates", text);
  }
}
