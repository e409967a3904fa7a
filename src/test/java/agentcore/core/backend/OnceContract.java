package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.Setting;
import agentcore.testkit.Together;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link Log} must do so that a retry is harmless. */
interface OnceContract extends Store {
  private static Receipt publish(Backend backend, GroupId room, Once once) {
    Position known = backend.log().open(room, Position.UNKNOWN);
    String id = UUID.randomUUID().toString();
    return backend.log().publish(room, known, id, "event of " + once.digest(), Optional.of(once));
  }

  private static List<String> history(Backend backend, GroupId room) {
    return backend.log().history(room, Long.MAX_VALUE, 1000, 1_000_000).entries().stream()
        .map(Entry::text)
        .toList();
  }

  @Test
  default void aRetryIsADuplicateAtTheFirstPlaceAndIsNotToldAgain() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Heard heard = Heard.of(backend, room);
    Once once = new Once("alice", "r1", "hello");
    Receipt first = publish(backend, room, once);
    assertEquals(Receipt.Outcome.APPENDED, first.outcome());
    publish(backend, room, new Once("alice", "r2", "between"));
    Receipt retry = publish(another(), room, once);
    assertEquals(new Receipt(Receipt.Outcome.DUPLICATE, first.position()), retry);
    publish(backend, room, new Once("alice", "r3", "last"));
    List<String> expected = List.of("event of hello", "event of between", "event of last");
    assertEquals(expected, heard.texts(3));
    assertEquals(expected, history(backend, room));
  }

  @Test
  default void theSameIdWithAnotherTextIsAConflictAndAppendsNothing() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Receipt first = publish(backend, room, new Once("alice", "r1", "hello"));
    Receipt other = publish(backend, room, new Once("alice", "r1", "goodbye"));
    assertEquals(new Receipt(Receipt.Outcome.CONFLICT, first.position()), other);
    assertEquals(List.of("event of hello"), history(backend, room));
    Receipt retry = publish(backend, room, new Once("alice", "r1", "hello"));
    assertEquals(Receipt.Outcome.DUPLICATE, retry.outcome());
  }

  @Test
  default void anIdBelongsToItsUserAndItsRoom() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    GroupId otherRoom = room(backend, "s");
    Once once = new Once("alice", "r1", "hello");
    assertEquals(Receipt.Outcome.APPENDED, publish(backend, room, once).outcome());
    assertEquals(Receipt.Outcome.APPENDED, publish(backend, otherRoom, once).outcome());
    Once ofBob = new Once("bob", "r1", "hello");
    assertEquals(Receipt.Outcome.APPENDED, publish(backend, room, ofBob).outcome());
  }

  @Test
  default void userAndIdDoNotRunTogether() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    for (Once once :
        List.of(
            new Once("a", "b:c", "x"),
            new Once("a:b", "c", "x"),
            new Once("a}", "{b", "x"),
            new Once("a", "}{b", "x"))) {
      assertEquals(Receipt.Outcome.APPENDED, publish(backend, room, once).outcome());
    }
  }

  @Test
  default void ofManyRetriesAtOnceExactlyOneAppends() {
    Backend backend = open();
    Backend another = another();
    GroupId room = room(backend, "r");
    backend.log().open(room, Position.UNKNOWN);
    Once once = new Once("alice", "r1", "hello");
    List<Receipt> receipts =
        Together.run(16, i -> publish(i % 2 == 0 ? backend : another, room, once));
    List<Receipt.Outcome> outcomes = receipts.stream().map(Receipt::outcome).toList();
    assertEquals(1, Collections.frequency(outcomes, Receipt.Outcome.APPENDED));
    assertEquals(15, Collections.frequency(outcomes, Receipt.Outcome.DUPLICATE));
    assertEquals(1, receipts.stream().map(Receipt::position).distinct().count());
    assertEquals(1, history(backend, room).size());
  }

  @Test
  default void anIdIsForgottenAfterItsTime() {
    Backend backend = open(Store.limits(Setting.IDEMPOTENCY_TTL, SHORT));
    GroupId room = room(backend, "r");
    Once once = new Once("alice", "r1", "hello");
    publish(backend, room, once);
    pass(SHORT.dividedBy(2));
    assertEquals(Receipt.Outcome.DUPLICATE, publish(backend, room, once).outcome());
    pass(SHORT);
    Receipt again = publish(backend, room, once);
    assertEquals(Receipt.Outcome.APPENDED, again.outcome());
    assertEquals(2, again.position().seq());
  }

  @Test
  default void anIdOutlivesTheEntryThatWasTrimmed() {
    Backend backend = open(Store.limits(Setting.HISTORY_SIZE, 2));
    GroupId room = room(backend, "r");
    Once once = new Once("alice", "r0", "hello");
    Receipt first = publish(backend, room, once);
    for (int i = 1; i <= 3; i++) {
      publish(backend, room, new Once("alice", "r" + i, "more"));
    }
    assertEquals(
        new Receipt(Receipt.Outcome.DUPLICATE, first.position()), publish(backend, room, once));
  }
}
