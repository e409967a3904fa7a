package agentcore.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.serializer.Serializer;
import agentcore.testkit.Together;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTest {
  private static final Event BASE = Event.of("score").with("team", "red");

  private static List<Object> fields(Event event) {
    List<Object> fields = new ArrayList<>();
    event.forEachField(
        (name, value) -> {
          fields.add(name);
          fields.add(value);
        });
    return fields;
  }

  @Test
  void keepsItsFieldsInTheirOrder() {
    Event event = BASE.with("points", 3).with("final", true).withNull("winner");
    assertEquals(
        List.of(
            "type", "score", "team", "red", "points", 3L, "final", true, "winner", Event.Null.NULL),
        fields(event));
    assertEquals(List.of(), fields(Event.object()));
  }

  @Test
  void extendingAnEventLeavesItAsItWas() {
    Event one = BASE.with("points", 1);
    Event two = BASE.with("points", 2);
    assertEquals(List.of("type", "score", "team", "red"), fields(BASE));
    assertEquals(1L, fields(one).getLast());
    assertEquals(2L, fields(two).getLast());
    assertEquals(List.of(), fields(Event.object()));
  }

  @Test
  void listIsCopied() {
    List<String> players = new ArrayList<>(List.of("ann"));
    Event event = Event.object().withList("players", players);
    players.add("bo");
    assertEquals(List.of("players", List.of("ann")), fields(event));
  }

  @Test
  void expectedLengthIsThatOfPlainJson() {
    Event inner = Event.object().with("a", 1).withNull("b");
    Event event =
        BASE.with("points", -1234567890123L)
            .with("zero", 0)
            .with("max", Long.MAX_VALUE)
            .withSeconds("at", 1_700_000_000_123L)
            .withList("players", List.of("ann", "bo"))
            .withList("nobody", List.of())
            .withList("objects", List.of(inner, new Event.Json("[1,2]")));
    String json = new Serializer().write(event);
    int spare = 1; // for the four letters of null
    assertEquals(json.length() + spare, event.expectedLength(), json);
  }

  @Test
  void manyThreadsExtendTheSameEvent() {
    List<List<Object>> all =
        Together.run(8, thread -> fields(BASE.with("thread", thread).with("again", thread)));
    for (long thread = 0; thread < 8; thread++) {
      assertEquals(
          List.of("type", "score", "team", "red", "thread", thread, "again", thread),
          all.get((int) thread));
    }
  }
}
