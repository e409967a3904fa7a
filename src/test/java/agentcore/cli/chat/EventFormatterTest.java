package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.cli.common.ServerEvent;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventFormatterTest {
  private final EventFormatter formatter = new EventFormatter(false, ZoneOffset.UTC);

  private List<String> lines(String json) {
    return formatter.lines(ServerEvent.parse(json).orElseThrow());
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
}
