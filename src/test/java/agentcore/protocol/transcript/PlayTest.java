package agentcore.protocol.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.SharedStore;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The player fails on every kind of mismatch. */
class PlayTest {
  private static final String ALICE_CONNECTS =
      """
      set DEFAULT_ROOM=
      alice connects
      alice < {"type":"welcome","message":"*","user_id":"*alice","username":"alice","rooms":[]}
      """;

  private static void play(String text) {
    Play.run(Transcript.parse("test.txt", 1, text.lines().toList()), 1, SharedStore::memory);
  }

  private static String failureOf(String text) {
    return String.valueOf(assertThrows(AssertionError.class, () -> play(text)).getMessage());
  }

  @Test
  void passesWhenFramesMatch() {
    play(
        ALICE_CONNECTS
            + """
            # leading white space continues the previous line
            alice > {"type":"ping",
                     "id":"p"}
            alice < {"type":"pong","id":"*id"}
            alice > {"type":"get_user_status","data":{"target_user_id":"$alice"}}
            alice < {"type":"user_status","username":"alice","status":"online","connections":1,
                     "last_seen":1234567890.123}
            alice silent
            alice closes
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type":"pong"}                        | id is unexpected
          {"type":"pong","id":"p","more":1}      | more is missing
          {"type":"pong","id":"q"}               | id is "p", not "q"
          {"type":"ping","id":"p"}               | type is "pong", not "ping"
          {"type":"pong","id":1}                 | id is "p", not 1
          {"type":"pong","id":["p"]}             | id is "p", not ["p"]
          {"type":"pong","id":"$alice"}          | id is "p", not "alice/
          {"type":"pong","id":"$nobody"}         | no value was captured as *nobody
          """)
  void reportsWhereAndWhyFrameDiffers(String expected, String why) {
    String failure =
        failureOf(ALICE_CONNECTS + "alice > {\"type\":\"ping\",\"id\":\"p\"}\nalice < " + expected);
    assertTrue(failure.startsWith("test.txt:5: "), failure);
    assertTrue(failure.contains(why), failure);
    if (!why.startsWith("no value")) {
      assertTrue(failure.contains("expected " + expected), failure);
      assertTrue(failure.contains("but was  {\"type\":\"pong\",\"id\":\"p\""), failure);
    }
  }

  @Test
  void checksOrderUnlessTranscriptSaysAnyOrder() {
    String asks =
        ALICE_CONNECTS
            + """
            alice > {"type":"ping","id":"1"}
            alice > {"type":"ping","id":"2"}
            """;
    String one = "alice %s {\"type\":\"pong\",\"id\":\"1\"}\n";
    String two = "alice %s {\"type\":\"pong\",\"id\":\"2\"}\n";
    play(asks + one.formatted("<") + two.formatted("<"));
    play(asks + one.formatted("<~") + two.formatted("<~"));
    play(asks + two.formatted("<~") + one.formatted("<~"));
    String failure = failureOf(asks + two.formatted("<") + one.formatted("<"));
    assertTrue(failure.startsWith("test.txt:6: "), failure);
    failureOf(asks + one.formatted("<~") + one.formatted("<~"));
  }

  @Test
  void anyOrderAppliesToEachConnection() {
    String two =
        ALICE_CONNECTS
            + """
            bob connects
            bob < {"type":"welcome","message":"*","user_id":"*","username":"bob","rooms":[]}
            alice > {"type":"ping"}
            bob > {"type":"ping","id":"1"}
            alice <~ {"type":"%s"}
            bob <~ {"type":"pong"}
            """;
    assertTrue(
        failureOf(two.formatted("ping")).startsWith("test.txt:8: "), "alice's line fails first");
    String failure = failureOf(two.formatted("pong"));
    assertTrue(failure.startsWith("test.txt:9: "), failure);
  }

  @Test
  void placeholderStandsForOneValue() {
    String seen =
        ALICE_CONNECTS
            + """
            alice > {"type":"ping","id":"1"}
            alice < {"type":"pong","id":"*id"}
            alice > {"type":"ping","id":"%s"}
            alice < {"type":"pong","id":"*id"}
            """;
    play(seen.formatted("1"));
    assertTrue(failureOf(seen.formatted("2")).contains("id is \"2\", not \"1\""));
  }

  @Test
  void failsOnUnexpectedFrame() {
    String ping = ALICE_CONNECTS + "alice > {\"type\":\"ping\"}\n";
    assertTrue(failureOf(ping + "alice silent").startsWith("test.txt:5: instead of silence: "));
    assertTrue(failureOf(ping).startsWith("test.txt: at the end, for alice: instead of silence"));
    assertTrue(failureOf(ping + "alice closes").contains("instead of a close frame"));
  }

  @Test
  void failsOnDifferentCloseCode() {
    String unmasked = ALICE_CONNECTS + "alice bytes 81 00\n";
    play(unmasked + "alice closed 1002");
    String failure = failureOf(unmasked + "alice closed 1003");
    assertTrue(failure.contains("expected close 1003\n  but was  close 1002"), failure);
    assertTrue(
        failureOf(unmasked + "alice closes").startsWith("test.txt:5: "), "the close code differs");
  }

  @Test
  void failsOnDifferentStatus() {
    play("refused 400 /ws/a%2Fb");
    assertTrue(failureOf("refused 404 /ws/a%2Fb").contains("but was  HTTP/1.1 400 "));
  }

  @Test
  void failsOnFrameWithoutTimestamp() {
    Expectation expectation = new Expectation();
    var frame = JsonParser.parseString("{\"type\":\"pong\"}");
    assertTrue(expectation.difference(frame, frame).orElseThrow().contains("no timestamp"));
    var past = JsonParser.parseString("{\"type\":\"pong\",\"timestamp\":1234567890.123}");
    assertTrue(expectation.difference(frame, past).orElseThrow().contains("not the current time"));
    var coarse = JsonParser.parseString("{\"type\":\"pong\",\"timestamp\":1234567890.12}");
    assertTrue(expectation.difference(frame, coarse).orElseThrow().contains("three decimals"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alice dances         | test.txt:1: unknown line: alice dances
          alice < {"type":     | test.txt:1:
          alice < "pong"       | test.txt:1: expected a JSON object
          alice bytes 8        | test.txt:1:
          alice asks {}        | test.txt:1: asks needs until
          """)
  void reportsInvalidLine(String line, String failure) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, () -> play(line)).getMessage());
    assertTrue(message.startsWith(failure), message);
  }

  @Test
  void onlyConnectedClientCanSend() {
    assertEquals("test.txt:1: alice is not connected", failureOf("alice silent"));
    assertEquals(
        "test.txt:4: alice is already connected", failureOf(ALICE_CONNECTS + "alice connects"));
  }
}
