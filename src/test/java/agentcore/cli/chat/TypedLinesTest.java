package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class TypedLinesTest {
  private final Deque<Client.Event> events = new ArrayDeque<>();
  private final TypedLines lines = new TypedLines(events);

  @Test
  void lineIsRefusedWhileTooManyWait() {
    for (int i = 0; i < InputReader.MAX_LINES; i++) {
      assertTrue(lines.entered("line " + i));
    }
    assertFalse(lines.entered("one too many"));
    assertEquals(InputReader.MAX_LINES, events.size());
    lines.lineHandled();
    assertTrue(lines.entered("the next"));
    assertEquals(new Client.Event.Line("the next"), events.getLast());
  }

  @Test
  void userCanAlwaysEndTheChat() {
    while (lines.entered("x")) {
      events.clear();
    }
    lines.interrupted();
    lines.ended();
    assertEquals(new Client.Event.Line("/quit"), events.removeFirst());
    assertEquals(new Client.Event.EndOfInput(), events.removeFirst());
  }
}
