package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.backend.Log.PublishResult;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The contract of {@link Log}: order, positions, reading and delivery. */
interface LogContract extends Store {
  private static Position publish(Backend backend, GroupId room, String text) {
    Position known = backend.log().open(room, Position.UNKNOWN);
    PublishResult result =
        backend
            .log()
            .publish(room, known, new Draft(UUID.randomUUID().toString(), text), Optional.empty());
    assertEquals(PublishResult.Outcome.APPENDED, result.outcome());
    return result.position();
  }

  /** Publishes the numbers from 1 to {@code count}; returns the position behind the last. */
  private static Position publishMany(Backend backend, GroupId room, int count) {
    Position last = backend.log().open(room, Position.UNKNOWN);
    for (int i = 1; i <= count; i++) {
      last = publish(backend, room, "" + i);
    }
    return last;
  }

  private static List<String> texts(LogPage page) {
    return page.entries().stream().map(Entry::text).toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "" + i).toList();
  }

  private static LogPage read(Backend backend, GroupId room, Position from) {
    return backend.log().read(room, from, 1000, 1_000_000);
  }

  private static LogPage history(Backend backend, GroupId room) {
    return backend.log().history(room, Long.MAX_VALUE, 1000, 1_000_000);
  }

  @Test
  default void newLogIsEmptyAndHasAnEpoch() {
    Backend backend = open();
    Position top = backend.log().open(room(backend, "r"), Position.UNKNOWN);
    assertEquals(0, top.seq());
    assertFalse(top.epoch().isEmpty());
  }

  @Test
  default void openingAgainChangesNothing() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position last = publishMany(backend, room, 3);
    assertEquals(3, last.seq());
    assertEquals(last, backend.log().open(room, Position.UNKNOWN));
    assertEquals(last, another().log().open(room, last));
  }

  @Test
  default void youngerLogContinuesWithHigherSeqInANewEpoch() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position top = backend.log().open(room, new Position("0.known-by-a-server", 41, "id"));
    assertEquals(41, top.seq());
    assertNotEquals("0.known-by-a-server", top.epoch());
    assertEquals(42, publish(backend, room, "next").seq());
  }

  @Test
  default void subscribersLearnThatTheLogHasBegunANewEpoch() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position last = publish(backend, room, "1");
    RecordingSubscriber here = RecordingSubscriber.of(backend, room);
    RecordingSubscriber there = RecordingSubscriber.of(another(), room);
    Position ahead = new Position(last.epoch(), last.seq() + 40, "lost");
    boolean isNew = !backend.log().open(room, ahead).epoch().equals(last.epoch());
    assertTrue(isNew || backend.log().open(room, last).equals(last));
    Await.until("both to learn it", () -> !isNew || (here.gaps() > 0 && there.gaps() > 0));
  }

  @Test
  default void deliversAnEntryUnchangedAndReturnsItsPosition() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position empty = backend.log().open(room, Position.UNKNOWN);
    RecordingSubscriber here = RecordingSubscriber.of(backend, room);
    RecordingSubscriber there = RecordingSubscriber.of(another(), room);
    String text = "{\"a:b\":\"{x} \\\" ä€😀 \\u0000\"}\r\n\t:";
    PublishResult result =
        backend.log().publish(room, empty, new Draft("id-1", text), Optional.empty());
    Entry entry = new Entry(empty.epoch(), 1, "id-1", text);
    assertEquals(new PublishResult(PublishResult.Outcome.APPENDED, entry.position()), result);
    assertEquals(List.of(new RecordingSubscriber.Appended(entry, empty.id())), here.entries(1));
    assertEquals(here.entries(1), there.entries(1));
    assertEquals(List.of(entry), read(backend, room, empty).entries());
    assertEquals(List.of(entry), history(backend, room).entries());
  }

  @Test
  default void appendsTheEntriesOfOneThreadInTheOrderOfSubmission() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position start = backend.log().open(room, Position.UNKNOWN);
    List<Supplier<PublishResult>> begun =
        numbers(1, 200).stream()
            .map(n -> backend.log().submit(room, start, new Draft("id-" + n, n), Optional.empty()))
            .toList();
    assertEquals(
        LongStream.rangeClosed(1, 200).boxed().toList(),
        begun.stream().map(result -> result.get().position().seq()).toList());
    assertEquals(numbers(1, 200), texts(read(backend, room, start)));
  }

  @Test
  default void allSubscribersReceiveOneOrderWithoutGapsFromManyPublishers() {
    Backend backend = open();
    Backend another = another();
    GroupId room = room(backend, "r");
    Position start = backend.log().open(room, Position.UNKNOWN);
    List<RecordingSubscriber> all =
        List.of(
            RecordingSubscriber.of(backend, room),
            RecordingSubscriber.of(backend, room),
            RecordingSubscriber.of(another, room));
    int threads = 8;
    int each = 50;
    List<List<Position>> results =
        Together.run(
            threads,
            thread ->
                IntStream.range(0, each)
                    .mapToObj(i -> publish(thread % 2 == 0 ? backend : another, room, "t" + i))
                    .toList());
    assertEquals(
        LongStream.rangeClosed(1, (long) threads * each).boxed().toList(),
        read(another, room, start).entries().stream().map(Entry::seq).toList());
    List<RecordingSubscriber.Appended> heard = all.getFirst().entries(threads * each);
    Position at = start;
    for (RecordingSubscriber.Appended appended : heard) {
      assertTrue(at.isFollowedBy(appended.entry(), appended.previousId()), appended + " at " + at);
      at = appended.entry().position();
    }
    for (RecordingSubscriber other : all) {
      assertEquals(heard, other.entries(threads * each));
      assertFalse(other.overlapped(), "one call at a time");
    }
    HashSet<Position> expected = new HashSet<>();
    results.forEach(expected::addAll);
    heard.forEach(appended -> assertTrue(expected.remove(appended.entry().position())));
    assertTrue(expected.isEmpty());
    results.forEach(
        mine ->
            assertTrue(
                IntStream.range(1, each).allMatch(i -> mine.get(i - 1).seq() < mine.get(i).seq())));
  }

  @Test
  default void logsOfTwoRoomsAreIndependent() {
    Backend backend = open();
    GroupId one = room(backend, "one");
    GroupId two = room(backend, "two");
    RecordingSubscriber inOne = RecordingSubscriber.of(backend, one);
    Position last = publishMany(backend, one, 2);
    Position other = publish(backend, two, "alone");
    assertEquals(1, other.seq());
    assertNotEquals(last.epoch(), other.epoch());
    assertEquals(numbers(1, 2), inOne.texts(2));
    assertEquals(List.of("alone"), texts(history(backend, two)));
    assertEquals(LogPage.Status.EPOCH, read(backend, two, last).status());
  }

  @Test
  default void unsubscribingEndsTheDeliveryToThatSubscriberOnly() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    RecordingSubscriber leaves = RecordingSubscriber.of(backend, room);
    RecordingSubscriber stays = RecordingSubscriber.of(backend, room);
    publish(backend, room, "1");
    assertEquals(List.of("1"), leaves.texts(1));
    backend.log().unsubscribe(room, leaves);
    backend.log().unsubscribe(room, leaves);
    publish(backend, room, "2");
    assertEquals(List.of("1", "2"), stays.texts(2));
    assertEquals(List.of("1"), leaves.texts(1));
  }

  @Test
  default void subscriberReceivesEverythingPublishedAfterSubscribing() {
    Backend backend = open();
    Backend another = another();
    for (int i = 0; i < 20; i++) {
      GroupId room = room(backend, "r" + i);
      backend.log().open(room, Position.UNKNOWN);
      RecordingSubscriber heard = RecordingSubscriber.of(another, room);
      publish(backend, room, "first");
      assertEquals(List.of("first"), heard.texts(1));
    }
  }

  @Test
  default void readReturnsTheEntriesAfterThePosition() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position empty = backend.log().open(room, Position.UNKNOWN);
    Position third = publishMany(backend, room, 3);
    Position fifth = publishMany(backend, room, 2);
    LogPage rest = read(another(), room, third);
    assertEquals(LogPage.Status.OK, rest.status());
    assertEquals(numbers(1, 2), texts(rest));
    assertEquals(fifth, rest.top());
    assertFalse(rest.more());
    assertEquals(5, read(backend, room, empty).entries().size());
    LogPage none = read(backend, room, fifth);
    assertEquals(new LogPage(LogPage.Status.OK, fifth, List.of(), false), none);
  }

  @Test
  default void readDoesNotCompareAnEmptyId() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position last = publishMany(backend, room, 3);
    LogPage rest = read(backend, room, new Position(last.epoch(), 2, ""));
    assertEquals(LogPage.Status.OK, rest.status());
    assertEquals(List.of("3"), texts(rest));
  }

  @Test
  default void readIsPagedByEntries() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position at = backend.log().open(room, Position.UNKNOWN);
    Position last = publishMany(backend, room, 7);
    for (int from = 1; from <= 7; from += 3) {
      LogPage page = backend.log().read(room, at, 3, 1_000_000);
      assertEquals(numbers(from, Math.min(7, from + 2)), texts(page));
      assertEquals(from + 2 < 7, page.more());
      assertEquals(last, page.top());
      at = page.entries().getLast().position();
    }
    assertEquals(last, at);
  }

  @Test
  default void readIsPagedByBytesButReturnsAtLeastOneEntry() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position start = backend.log().open(room, Position.UNKNOWN);
    for (int i = 0; i < 3; i++) {
      publish(backend, room, "\u4e2d".repeat(1000)); // three bytes each in UTF-8
    }
    assertEquals(2, backend.log().read(room, start, 10, 8000).entries().size());
    assertTrue(backend.log().read(room, start, 10, 8000).more());
    assertEquals(1, backend.log().read(room, start, 10, 6000).entries().size());
    assertEquals(1, backend.log().read(room, start, 10, 1).entries().size());
    assertEquals(3, backend.log().read(room, start, 10, 10_000).entries().size());
    assertFalse(backend.log().read(room, start, 10, 10_000).more());
  }

  @Test
  default void readReportsAnotherEpoch() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position last = publishMany(backend, room, 3);
    for (String epoch : List.of("", "other")) {
      LogPage page = read(backend, room, new Position(epoch, 2, ""));
      assertEquals(LogPage.broken(LogPage.Status.EPOCH, last), page);
    }
  }

  @Test
  default void readReportsAnotherEpochForAPositionBeforeTheFirstSeqOfTheEpoch() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position base = backend.log().open(room, new Position("0.known", 41, "id"));
    publish(backend, room, "42");
    assertEquals(LogPage.Status.OK, read(backend, room, base).status());
    assertEquals(
        LogPage.Status.EPOCH, read(backend, room, new Position(base.epoch(), 40, "")).status());
  }

  @Test
  default void readReportsAPositionBeyondTheEnd() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position last = publishMany(backend, room, 3);
    LogPage page = read(backend, room, new Position(last.epoch(), 4, ""));
    assertEquals(LogPage.broken(LogPage.Status.AHEAD, last), page);
  }

  @Test
  default void readReportsAnotherEntryAtThePosition() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position last = publishMany(backend, room, 3);
    for (long seq : List.of(2L, 3L)) {
      LogPage page = read(backend, room, new Position(last.epoch(), seq, "never-there"));
      assertEquals(LogPage.broken(LogPage.Status.REWRITTEN, last), page);
    }
  }

  @Test
  default void keepsTheNewestEntriesAndReportsThatOlderOnesAreGone() {
    Backend backend = open(Store.limits(Setting.HISTORY_SIZE, 5));
    GroupId room = room(backend, "r");
    Position empty = backend.log().open(room, Position.UNKNOWN);
    Position second = publishMany(backend, room, 2);
    Position third = publish(backend, room, "3");
    publishMany(backend, room, 5);
    assertEquals(numbers(1, 5), texts(history(backend, room)));
    assertEquals(LogPage.Status.TRIMMED, read(backend, room, second).status());
    assertEquals(LogPage.Status.TRIMMED, read(backend, room, empty).status());
    LogPage rest = read(backend, room, new Position(third.epoch(), 3, ""));
    assertEquals(LogPage.Status.OK, rest.status());
    assertEquals(numbers(1, 5), texts(rest));
    LogPage unsure = read(backend, room, third);
    assertEquals(LogPage.Status.TRIMMED, unsure.status(), "its own entry is not there to compare");
  }

  @Test
  default void historyReturnsTheNewestEntriesOldestFirst() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position last = publishMany(backend, room, 10);
    LogPage newest = another().log().history(room, Long.MAX_VALUE, 3, 1_000_000);
    assertEquals(numbers(8, 10), texts(newest));
    assertTrue(newest.more());
    assertEquals(last, newest.top());
    LogPage all = backend.log().history(room, Long.MAX_VALUE, 10, 1_000_000);
    assertEquals(numbers(1, 10), texts(all));
    assertFalse(all.more());
  }

  @Test
  default void historyBeforeASeqEndsRightBeforeIt() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    publishMany(backend, room, 10);
    LogPage page = backend.log().history(room, 8, 4, 1_000_000);
    assertEquals(numbers(4, 7), texts(page));
    assertTrue(page.more());
    LogPage first = backend.log().history(room, 4, 4, 1_000_000);
    assertEquals(numbers(1, 3), texts(first));
    assertFalse(first.more());
    assertEquals(List.of(), backend.log().history(room, 1, 4, 1_000_000).entries());
    assertFalse(backend.log().history(room, 1, 4, 1_000_000).more());
  }

  @Test
  default void historyKeepsWithinItsBytes() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    for (int i = 0; i < 3; i++) {
      publish(backend, room, "\u4e2d".repeat(1000)); // three bytes each in UTF-8
    }
    LogPage two = backend.log().history(room, Long.MAX_VALUE, 10, 8000);
    assertEquals(List.of(2L, 3L), two.entries().stream().map(Entry::seq).toList());
    assertTrue(two.more());
    assertFalse(backend.log().history(room, Long.MAX_VALUE, 10, 10_000).more());
    assertEquals(1, backend.log().history(room, Long.MAX_VALUE, 10, 1).entries().size());
  }

  @Test
  default void historyOfANewLogIsEmpty() {
    Backend backend = open();
    LogPage page = history(backend, room(backend, "r"));
    assertEquals(LogPage.Status.OK, page.status());
    assertEquals(List.of(), page.entries());
    assertFalse(page.more());
  }

  @Test
  default void logExpiresButItsSeqContinuesWhileItHasSubscribers() {
    Backend backend = open(Store.limits(Setting.HISTORY_TTL, SHORT));
    GroupId room = room(backend, "r");
    Position first = publish(backend, room, "old");
    Position second = publish(backend, room, "old too");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, room);
    pass(SHORT.plus(SHORT));
    Await.until("an empty log", () -> history(backend, room).entries().isEmpty());
    assertEquals(LogPage.Status.TRIMMED, read(backend, room, first).status());
    Position third = publish(backend, room, "new");
    assertEquals(new Position(second.epoch(), 3, third.id()), third);
    assertEquals(second.id(), heard.entries(1).getFirst().previousId());
    assertEquals(List.of("new"), texts(history(backend, room)));
    assertEquals(List.of("new"), texts(read(backend, room, new Position(second.epoch(), 2, ""))));
  }

  @Test
  default void newEntryProlongsTheLifeOfTheWholeLog() {
    Backend backend = open(Store.limits(Setting.HISTORY_TTL, SHORT));
    GroupId room = room(backend, "r");
    publish(backend, room, "1");
    pass(SHORT.multipliedBy(6).dividedBy(10));
    publish(backend, room, "2");
    pass(SHORT.multipliedBy(6).dividedBy(10));
    assertEquals(numbers(1, 2), texts(history(backend, room)));
  }

  @Test
  default void readingAnInventedPositionChangesNothing() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position claim = new Position("claimed", 1_000_000_000_000L, "id");
    assertEquals(LogPage.Status.EPOCH, read(backend, room, claim).status());
    assertEquals(0, backend.log().open(room, Position.UNKNOWN).seq());
    assertEquals(1, publish(backend, room, "first").seq());
  }
}
