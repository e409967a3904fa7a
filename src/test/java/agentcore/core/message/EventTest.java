package agentcore.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.testkit.Together;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTest {
  private static final Event BASE = Event.of("score").with("team", "red");

  @Test
  void keepsItsFieldsInTheirOrder() {
    Event event = BASE.with("points", 3).with("final", true).withNull("winner");
    assertEquals(
        List.of(
            "type", "score", "team", "red", "points", 3L, "final", true, "winner", Event.Null.NULL),
        event.namesAndValues());
    assertEquals(List.of(), Event.object().namesAndValues());
  }

  @Test
  void extendingAnEventLeavesItAsItWas() {
    Event one = BASE.with("points", 1);
    Event two = BASE.with("points", 2);
    assertEquals(List.of("type", "score", "team", "red"), BASE.namesAndValues());
    assertEquals(1L, one.namesAndValues().getLast());
    assertEquals(2L, two.namesAndValues().getLast());
    assertEquals(List.of(), Event.object().namesAndValues());
  }

  @Test
  void listIsCopied() {
    List<String> players = new ArrayList<>(List.of("ann"));
    Event event = Event.object().withList("players", players);
    players.add("bo");
    assertEquals(List.of("players", List.of("ann")), event.namesAndValues());
  }

  @Test
  void returnedListsCannotBeChanged() {
    List<Object> fields = BASE.namesAndValues();
    assertThrows(UnsupportedOperationException.class, () -> fields.set(1, "other"));
    assertThrows(UnsupportedOperationException.class, () -> fields.add("more"));
  }

  @Test
  void manyThreadsExtendTheSameEvent() {
    List<List<Object>> all =
        Together.run(
            8, thread -> BASE.with("thread", thread).with("again", thread).namesAndValues());
    for (long thread = 0; thread < 8; thread++) {
      assertEquals(
          List.of("type", "score", "team", "red", "thread", thread, "again", thread),
          all.get((int) thread));
    }
  }
}
