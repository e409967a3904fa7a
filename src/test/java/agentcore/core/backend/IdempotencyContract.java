package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.Setting;
import agentcore.core.backend.Log.PublishResult;
import agentcore.testkit.Together;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The contract of {@link Log} for retries. */
interface IdempotencyContract extends Store {
  private static PublishResult publish(Backend backend, GroupId room, IdempotencyKey key) {
    Position known = backend.log().open(room, Position.UNKNOWN);
    String id = UUID.randomUUID().toString();
    return backend
        .log()
        .publish(room, known, new Draft(id, "event of " + key.digest()), Optional.of(key));
  }

  private static List<String> history(Backend backend, GroupId room) {
    return backend.log().history(room, Long.MAX_VALUE, 1000, 1_000_000).entries().stream()
        .map(Entry::text)
        .toList();
  }

  @Test
  default void retryReturnsThePositionOfTheFirstAndIsNotDeliveredAgain() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, room);
    IdempotencyKey key = new IdempotencyKey("alice", "r1", "hello");
    PublishResult first = publish(backend, room, key);
    assertEquals(PublishResult.Outcome.APPENDED, first.outcome());
    publish(backend, room, new IdempotencyKey("alice", "r2", "between"));
    PublishResult retry = publish(another(), room, key);
    assertEquals(new PublishResult(PublishResult.Outcome.DUPLICATE, first.position()), retry);
    publish(backend, room, new IdempotencyKey("alice", "r3", "last"));
    List<String> expected = List.of("event of hello", "event of between", "event of last");
    assertEquals(expected, heard.texts(3));
    assertEquals(expected, history(backend, room));
  }

  @Test
  default void sameIdWithAnotherTextIsAConflictAndAppendsNothing() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    PublishResult first = publish(backend, room, new IdempotencyKey("alice", "r1", "hello"));
    PublishResult other = publish(backend, room, new IdempotencyKey("alice", "r1", "goodbye"));
    assertEquals(new PublishResult(PublishResult.Outcome.CONFLICT, first.position()), other);
    assertEquals(List.of("event of hello"), history(backend, room));
    PublishResult retry = publish(backend, room, new IdempotencyKey("alice", "r1", "hello"));
    assertEquals(PublishResult.Outcome.DUPLICATE, retry.outcome());
  }

  @Test
  default void idsOfOtherUsersAndRoomsAreIndependent() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    GroupId otherRoom = room(backend, "s");
    IdempotencyKey key = new IdempotencyKey("alice", "r1", "hello");
    assertEquals(PublishResult.Outcome.APPENDED, publish(backend, room, key).outcome());
    assertEquals(PublishResult.Outcome.APPENDED, publish(backend, otherRoom, key).outcome());
    IdempotencyKey ofBob = new IdempotencyKey("bob", "r1", "hello");
    assertEquals(PublishResult.Outcome.APPENDED, publish(backend, room, ofBob).outcome());
  }

  @Test
  default void userAndIdAreComparedSeparately() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    for (IdempotencyKey key :
        List.of(
            new IdempotencyKey("a", "b:c", "x"),
            new IdempotencyKey("a:b", "c", "x"),
            new IdempotencyKey("a}", "{b", "x"),
            new IdempotencyKey("a", "}{b", "x"))) {
      assertEquals(PublishResult.Outcome.APPENDED, publish(backend, room, key).outcome());
    }
  }

  @Test
  default void concurrentRetriesAppendExactlyOnce() {
    Backend backend = open();
    Backend another = another();
    GroupId room = room(backend, "r");
    backend.log().open(room, Position.UNKNOWN);
    IdempotencyKey key = new IdempotencyKey("alice", "r1", "hello");
    List<PublishResult> results =
        Together.run(16, i -> publish(i % 2 == 0 ? backend : another, room, key));
    List<PublishResult.Outcome> outcomes = results.stream().map(PublishResult::outcome).toList();
    assertEquals(1, Collections.frequency(outcomes, PublishResult.Outcome.APPENDED));
    assertEquals(15, Collections.frequency(outcomes, PublishResult.Outcome.DUPLICATE));
    assertEquals(1, results.stream().map(PublishResult::position).distinct().count());
    assertEquals(1, history(backend, room).size());
  }

  @Test
  default void idExpires() {
    Backend backend = open(Store.limits(Setting.IDEMPOTENCY_TTL, SHORT));
    GroupId room = room(backend, "r");
    IdempotencyKey key = new IdempotencyKey("alice", "r1", "hello");
    publish(backend, room, key);
    pass(SHORT.dividedBy(2));
    assertEquals(PublishResult.Outcome.DUPLICATE, publish(backend, room, key).outcome());
    pass(SHORT);
    PublishResult again = publish(backend, room, key);
    assertEquals(PublishResult.Outcome.APPENDED, again.outcome());
    assertEquals(2, again.position().seq());
  }

  @Test
  default void idOutlivesItsTrimmedEntry() {
    Backend backend = open(Store.limits(Setting.HISTORY_SIZE, 2));
    GroupId room = room(backend, "r");
    IdempotencyKey key = new IdempotencyKey("alice", "r0", "hello");
    PublishResult first = publish(backend, room, key);
    for (int i = 1; i <= 3; i++) {
      publish(backend, room, new IdempotencyKey("alice", "r" + i, "more"));
    }
    assertEquals(
        new PublishResult(PublishResult.Outcome.DUPLICATE, first.position()),
        publish(backend, room, key));
  }
}
