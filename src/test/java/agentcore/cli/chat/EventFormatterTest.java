package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.client.ChatEvent;
import agentcore.client.UnreadCount;
import com.google.gson.JsonObject;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventFormatterTest {
  private final EventFormatter formatter =
      new EventFormatter(false, ZoneOffset.UTC, room -> new UnreadCount(0, 0));

  private List<String> lines(String json) {
    return formatter.lines(ChatEvent.parse(json).orElseThrow());
  }

  @Test
  void messageOfTheServerIsMarkedWhateverItsAuthorIsCalled() {
    String message =
        "{\"type\":\"chat_message\",\"room\":\"den\",\"username\":\"al\",\"text\":\"x\"%s}";
    assertEquals(List.of("[den] al: x"), lines(message.formatted("")));
    assertEquals(List.of("[den] al (server): x"), lines(message.formatted(",\"server\":true")));
    assertEquals(
        List.of("al (server) to you (private): x"),
        lines(
            """
            {"type":"private_message","from_username":"al","text":"x","server":true}
            """));
  }

  private static ChatEvent at(String type, double seconds) {
    return at(type, seconds, "x");
  }

  private static ChatEvent at(String type, double seconds, String text) {
    JsonObject fields = new JsonObject();
    fields.addProperty("type", type);
    fields.addProperty("room", "den");
    fields.addProperty("username", "al");
    fields.addProperty("text", text);
    fields.addProperty("timestamp", seconds);
    return ChatEvent.parse(fields.toString()).orElseThrow();
  }

  @Test
  void messagesHaveTheirTimeAndEachDayItsDate() {
    assertEquals(
        List.of("-- 1970-01-01", "00:01 [den] al: x"),
        formatter.timedLines(at("chat_message", 60.5)));
    assertEquals(
        List.of("23:59 -- al joined den"), formatter.timedLines(at("user_joined_room", 86399)));
    assertEquals(
        List.of("-- 1970-01-02", "00:00 [den] al: x"),
        formatter.timedLines(at("chat_message", 86400)));
    assertEquals(List.of("-- you left den"), formatter.timedLines(at("room_left", 86400)));
    assertEquals(List.of(), formatter.timedLines(at("typing", 200000)));
  }

  @Test
  void authorsHaveColoursOnlyIfTheyMay() {
    EventFormatter coloured =
        new EventFormatter(true, ZoneOffset.UTC, room -> new UnreadCount(0, 0));
    String line = coloured.lines(at("chat_message", 0)).getFirst();
    assertTrue(line.matches("\\[den] \u001b\\[1;3[2-6]mal\u001b\\[0m: x"), line);
  }

  @Test
  void textWithLineBreaksHasSeveralMarkedLines() {
    ChatEvent code =
        at("chat_message", 60, "if (a) {\n\tb();\r\n}\u2028\n12:00 [den] al: no\u001b[2J");
    assertEquals(
        List.of(
            "-- 1970-01-01",
            "00:01 [den] al: if (a) {",
            "      \u2502   b();",
            "      \u2502 }",
            "      \u2502 ",
            "      \u2502 12:00 [den] al: no\uFFFD[2J"),
        formatter.timedLines(code));
    assertEquals(
        List.of("[den] al: if (a) { \u23CE b(); \u23CE } \u23CE 12:00 [den] al: no\uFFFD[2J"),
        formatter.lines(code));
    List<String> many = formatter.timedLines(at("chat_message", 60, "x\n".repeat(4000) + "x"));
    assertEquals(22, many.size());
    assertEquals("      \u2502 and 3980 more lines", many.getLast());
  }
}
