package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Presence.JoinResult;
import agentcore.core.backend.Presence.JoinResult.Outcome;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The contract of {@link Log} for the logs of users, which nobody opens. */
interface UserLogContract extends Store {
  GroupId ALICE = GroupId.user("a:{ä} 😀");

  private static PublishResult publish(
      Backend backend, GroupId user, String text, Optional<IdempotencyKey> key) {
    String id = UUID.randomUUID().toString();
    return backend.log().publish(user, Position.UNKNOWN, new Draft(id, text), key);
  }

  private static Position publish(Backend backend, GroupId user, String text) {
    PublishResult result = publish(backend, user, text, Optional.empty());
    assertEquals(PublishResult.Outcome.APPENDED, result.outcome());
    return result.position();
  }

  private static JoinResult join(Backend backend, GroupId group, String channel) {
    Member member = new Member(channel, group.id(), "");
    return backend.presence().join(group, member, Integer.MAX_VALUE, Optional.empty());
  }

  private static List<String> history(Backend backend, GroupId group) {
    return backend.log().history(group, Long.MAX_VALUE, 1000, 1_000_000).entries().stream()
        .map(Entry::text)
        .toList();
  }

  @Test
  default void logOfAUserBeginsWithItsFirstEntry() {
    Backend backend = open();
    RecordingSubscriber heard = RecordingSubscriber.of(backend, ALICE);
    RecordingSubscriber there = RecordingSubscriber.of(another(), ALICE);
    Position first = publish(another(), ALICE, "first");
    assertEquals(1, first.seq());
    RecordingSubscriber.Appended appended = heard.entries(1).getFirst();
    assertTrue(Position.UNKNOWN.isFollowedBy(appended.entry(), appended.previousId()));
    assertEquals(heard.entries(1), there.entries(1));
    Position second = publish(backend, ALICE, "second");
    assertEquals(new Position(first.epoch(), 2, second.id()), second);
    Position beginning = Position.beginning(first.epoch());
    LogPage all = backend.log().read(ALICE, beginning, 1000, 1_000_000);
    assertEquals(LogPage.Status.OK, all.status());
    assertEquals(List.of("first", "second"), all.entries().stream().map(Entry::text).toList());
  }

  @Test
  default void readingALogThatDoesNotExistCreatesNone() {
    Backend backend = open();
    LogPage nothing = LogPage.broken(LogPage.Status.EPOCH, Position.UNKNOWN);
    for (Position from : List.of(Position.UNKNOWN, new Position("claimed", 7, "id"))) {
      assertEquals(nothing, backend.log().read(ALICE, from, 1000, 1_000_000));
    }
    LogPage history = backend.log().history(ALICE, Long.MAX_VALUE, 1000, 1_000_000);
    assertEquals(LogPage.broken(LogPage.Status.OK, Position.UNKNOWN), history);
    assertEquals(Position.UNKNOWN, join(backend, ALICE, "a/1").log());
  }

  @Test
  default void joinReturnsThePositionOfTheUsersLog() {
    Backend backend = open();
    assertEquals(new JoinResult(Outcome.JOINED, 1, Position.UNKNOWN), join(backend, ALICE, "a/1"));
    Position first = publish(backend, ALICE, "first");
    assertEquals(new JoinResult(Outcome.JOINED, 2, first), join(another(), ALICE, "a/2"));
    Position second = publish(another(), ALICE, "second");
    assertEquals(new JoinResult(Outcome.ALREADY, 2, second), join(backend, ALICE, "a/1"));
    assertEquals(Position.UNKNOWN, join(backend, GroupId.user("b"), "b/1").log());
    GroupId room = room(backend, "r");
    Position unused = backend.log().open(room, Position.UNKNOWN);
    assertEquals(Position.UNKNOWN, join(backend, room, "a/1").log(), "a room's group follows it");
  }

  /** A subscriber that then joins receives exactly what follows the position of its join. */
  @Test
  default void everyEntryAfterTheJoinReachesTheSubscriber() {
    Backend backend = open();
    Backend another = another();
    for (int round = 0; round < 10; round++) {
      GroupId user = GroupId.user("user " + round);
      int publishes = 20;
      List<Long> joined = new ArrayList<>();
      List<RecordingSubscriber> heard = new ArrayList<>();
      List<Boolean> unused =
          Together.run(
              3,
              thread -> {
                if (thread == 0) {
                  heard.add(RecordingSubscriber.of(backend, user));
                  joined.add(join(backend, user, user.id() + "/1").log().seq());
                } else {
                  IntStream.range(0, publishes).forEach(i -> publish(another, user, "x"));
                }
                return true;
              });
      publish(another, user, "last");
      long last = 2L * publishes + 1;
      Await.until("the last entry", () -> heard.getFirst().last() == last);
      assertEquals(
          LongStream.rangeClosed(joined.getFirst() + 1, last).boxed().toList(),
          heard.getFirst().seqs().stream().filter(seq -> seq > joined.getFirst()).toList());
    }
  }

  @Test
  default void logsOfUsersKeepTheirOwnNumberOfEntries() {
    Backend backend = open(Store.limits(Setting.INBOX_SIZE, 3, Setting.HISTORY_SIZE, 5));
    GroupId room = room(backend, "r");
    for (int i = 1; i <= 7; i++) {
      publish(backend, ALICE, "" + i);
      publish(backend, room, "" + i);
    }
    assertEquals(List.of("5", "6", "7"), history(backend, ALICE));
    assertEquals(List.of("3", "4", "5", "6", "7"), history(backend, room));
  }

  /** Nobody is a member of the group, or subscribed to it. */
  @Test
  default void logOfAUserWhoIsAwayIsKeptForItsOwnTime() {
    Backend backend =
        open(
            Store.limits(
                Setting.HISTORY_TTL, SHORT,
                Setting.ROOM_IDLE_TTL, SHORT,
                Setting.INBOX_TTL, SHORT.multipliedBy(4)));
    GroupId room = room(backend, "r");
    publish(backend, room, "to the room");
    Position first = publish(backend, ALICE, "to alice");
    pass(SHORT.plus(SHORT));
    Await.until("an empty log of the room", () -> history(backend, room).isEmpty());
    assertEquals(List.of("to alice"), history(backend, ALICE));
    Position second = publish(backend, ALICE, "again");
    assertEquals(new Position(first.epoch(), 2, second.id()), second);
    pass(SHORT.multipliedBy(5));
    Await.until("an empty log of the user", () -> history(backend, ALICE).isEmpty());
  }

  @Test
  default void retryToAUserIsStoredOnce() {
    Backend backend = open();
    Optional<IdempotencyKey> key = Optional.of(new IdempotencyKey("bob", "r1", "hello"));
    PublishResult first = publish(backend, ALICE, "hello", key);
    PublishResult retry = publish(another(), ALICE, "hello", key);
    assertEquals(new PublishResult(PublishResult.Outcome.DUPLICATE, first.position()), retry);
    assertEquals(
        PublishResult.Outcome.APPENDED,
        publish(backend, GroupId.user("carol"), "hello", key).outcome());
    assertEquals(List.of("hello"), history(backend, ALICE));
  }
}
