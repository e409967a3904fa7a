package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TypedLinesTest extends ConversationFixture {
  private final TypedLines lines = new TypedLines(server.client());

  TypedLinesTest() {
    lines.to(conversation);
  }

  @Test
  void lineIsRefusedWhileTooManyWait() {
    for (int i = 0; i < InputReader.MAX_LINES; i++) {
      assertTrue(lines.entered("line " + i));
    }
    assertFalse(lines.entered("one too many"));
    assertEquals(InputReader.MAX_LINES, shown.size());
    lines.lineHandled();
    assertTrue(lines.entered("the next"));
    assertEquals("not connected, will be sent later: the next", shown.getLast());
  }

  @Test
  void userCanAlwaysEndTheChat() {
    while (lines.entered("x")) {
      assertEquals(OptionalInt.empty(), exitCode());
    }
    lines.interrupted();
    assertEquals(OptionalInt.of(0), exitCode());
  }

  @Test
  void endOfTheInputEndsTheChatAfterTheLastLine() {
    assertTrue(lines.entered("x"));
    lines.ended();
    receive(WELCOME);
    assertEquals("my_rooms", next().type());
    Sent last = next();
    assertEquals(OptionalInt.empty(), exitCode());
    receive("{'type':'ack','id':'%s','seq':6,'epoch':'e'}".formatted(last.id()));
    assertEquals(OptionalInt.of(0), exitCode());
  }
}
