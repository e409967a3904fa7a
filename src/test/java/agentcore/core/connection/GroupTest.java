package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.PublishResult;
import agentcore.core.backend.Room;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.ManualClock;
import agentcore.testkit.RecordingWire;
import agentcore.testkit.Together;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One order for all members, whatever becomes of the news. In one file, since each test needs the
 * same members and their lossy store.
 */
class GroupTest {
  private static final Room ROOM = new Room("r", "id", "alice", true);
  private static final GroupId ID = GroupId.room(ROOM);
  private static final int HISTORY = 100_000;

  private LossyStore store = new LossyStore(HISTORY);
  private final List<Connection> evicted = new ArrayList<>();
  private final AtomicInteger healed = new AtomicInteger();
  private final Metrics metrics = new Metrics();
  private Group group = newGroup();

  private Group newGroup() {
    store.memory().directory().create(ROOM);
    Group made =
        new Group(
            ID,
            Optional.of(ROOM),
            new GroupContext(
                store.backend().log(),
                new Serializer(),
                new ManualClock(),
                new Listener(),
                metrics,
                new Workers("healer", 4),
                new Workers("refresher", 4)),
            Await.DEADLINE); // in vain nobody waits
    store.backend().log().subscribe(ID, made);
    made.follow();
    return made;
  }

  private final class Listener implements GroupListener {
    @Override
    public void evicted(Group from, Connection member) {
      evicted.add(member);
    }

    @Override
    public void healed(Group lossy) {
      healed.incrementAndGet();
    }
  }

  private void useHistoryOf(int entries) {
    store = new LossyStore(entries);
    group = newGroup();
  }

  /** A member and what it is sent. */
  private record Seat(Connection connection, RecordingWire wire) {
    String channel() {
      return connection.channel();
    }

    List<JsonObject> events() {
      return wire.texts().stream().map(t -> JsonParser.parseString(t).getAsJsonObject()).toList();
    }

    /** Waits for so many events and returns what {@code field} was in each. */
    List<String> heard(int count, String field) {
      Await.until(count + " events", () -> wire.texts().size() >= count);
      return events().stream().map(event -> event.get(field).getAsString()).toList();
    }
  }

  private static Seat seat(String user) {
    RecordingWire wire = new RecordingWire();
    return new Seat(
        Connections.manager(new ConnectionLimits(9, 9, 100_000_000, 1_000_000_000))
            .newConnection(user, wire),
        wire);
  }

  private static Member member(Seat seat, String will) {
    return new Member(seat.channel(), "user", will);
  }

  private Seat member(String user) {
    Seat seat = seat(user);
    group.expect(member(seat, "{\"type\":\"user_left\"}"));
    assertTrue(group.add(seat.connection()).isPresent());
    return seat;
  }

  private Position publish(String text) {
    PublishResult receipt =
        store
            .backend()
            .log()
            .publish(
                ID,
                group.position(),
                UUID.randomUUID().toString(),
                "{\"type\":\"chat_message\",\"text\":\"" + text + "\"}",
                Optional.empty());
    return receipt.position();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "" + i).toList();
  }

  @Test
  void whatIsSaidTogetherIsWrittenTogether() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    Position at = group.position();
    for (long seq = 1; seq <= 3; seq++) {
      Entry entry = new Entry(at.epoch(), seq, "id-" + seq, "{\"text\":\"" + seq + "\"}");
      group.onEntry(entry, at.id());
      at = entry.position();
    }
    assertEquals(0, alice.wire().texts().size());
    group.flush();
    assertEquals(numbers(1, 3), alice.heard(3, "text"));
    assertEquals(numbers(1, 3), bob.heard(3, "text"));
    assertEquals(1, alice.wire().writes().size());
    assertTrue(group.awaitTold(at));
    assertTrue(metrics.text().contains("events_delivered_total 6\n"), "three for each of two");
  }

  @Test
  void aHintDoesNotOvertakeWhatWasSaidBefore() {
    Seat alice = member("alice");
    Position at = group.position();
    group.onEntry(new Entry(at.epoch(), 1, "id-1", "{\"text\":\"1\"}"), at.id());
    group.onNotice(Notice.everyone("{\"text\":\"hint\"}"));
    assertEquals(List.of("1", "hint"), alice.heard(2, "text"));
  }

  @Test
  void howeverMuchIsSaidTogetherItIsNotJoinedToOneLargeWrite() {
    Seat alice = member("alice");
    String epoch = group.position().epoch();
    String text = "{\"text\":\"" + "x".repeat(30_000) + "\"}";
    for (int seq = 1; seq <= 5; seq++) {
      group.onEntry(new Entry(epoch, seq, "id-" + seq, text), seq == 1 ? "" : "id-" + (seq - 1));
    }
    group.flush();
    assertEquals(numbers(1, 5), alice.heard(5, "seq"));
    assertTrue(alice.wire().writes().stream().allMatch(bytes -> bytes <= Batch.MAX_BYTES));
  }

  @Test
  void whatCameBeforeAFailureIsToldAndWhatFailedIsToldLater() {
    Seat alice = member("alice");
    Entry first = new Entry(group.position().epoch(), 1, "id-1", "{\"text\":\"1\"}");
    Entry unframed = new Entry(first.epoch(), 2, "id-2", "");
    Entry second = new Entry(first.epoch(), 2, "id-2", "{\"text\":\"2\"}");
    store.answerNextRead(new LogPage(LogPage.Status.OK, second.position(), List.of(second), false));
    group.onEntry(first, "");
    group.onEntry(unframed, "id-1");
    group.flush();
    assertEquals(numbers(1, 2), alice.heard(2, "text"));
    assertTrue(group.awaitTold(second.position()));
  }

  @Test
  void whatWasReadBeforeAResetPrecedesIt() {
    useHistoryOf(Group.PAGE_ENTRIES * 2);
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    IntStream.rangeClosed(1, Group.PAGE_ENTRIES + 1).forEach(i -> publish("" + i));
    AtomicInteger reads = new AtomicInteger();
    Position top = new Position("other", 500, "id-500");
    store.beforeRead(
        () -> {
          if (reads.incrementAndGet() == 2) {
            store.answerNextRead(LogPage.broken(LogPage.Status.EPOCH, top));
          }
        });
    group.onGap();
    List<String> expected = new ArrayList<>(numbers(1, Group.PAGE_ENTRIES));
    expected.add("lost");
    assertEquals(expected, reasonsAndTexts(alice, expected.size()));
  }

  @Test
  void whatWasReadBeforeTheStoreWentAwayIsTold() {
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    IntStream.rangeClosed(1, Group.PAGE_ENTRIES + 1).forEach(i -> publish("" + i));
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(
        () -> {
          if (reads.incrementAndGet() > 1) {
            throw new BackendException("away");
          }
        });
    Position seen = new Position(group.position().epoch(), Group.PAGE_ENTRIES + 1, "");
    assertThrows(BackendException.class, () -> group.catchUp(seen));
    assertEquals(numbers(1, Group.PAGE_ENTRIES), alice.heard(Group.PAGE_ENTRIES, "text"));
  }

  @Test
  void membersHearEntriesWithTheirPlaceInTheLog() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    Position first = publish("hello");
    assertEquals(List.of("hello"), alice.heard(1, "text"));
    JsonObject event = alice.events().getFirst();
    assertEquals(first.seq(), event.get("seq").getAsLong());
    assertEquals(first.epoch(), event.get("epoch").getAsString());
    assertEquals(first.id(), event.get("message_id").getAsString());
    bob.heard(1, "text");
    assertEquals(alice.wire().texts(), bob.wire().texts());
    assertEquals(first, group.position());
  }

  @Test
  void aLostHintIsReadFromTheLogAndClientsSeeNothingOfIt() {
    Seat alice = member("alice");
    publish("1");
    store.news((to, entry, previous) -> {});
    publish("2");
    publish("3");
    store.news((to, entry, previous) -> to.onEntry(entry, previous));
    publish("4");
    assertEquals(numbers(1, 4), alice.heard(4, "text"));
  }

  @Test
  void aHintThatComesTwiceIsToldOnce() {
    Seat alice = member("alice");
    store.news(
        (to, entry, previous) -> {
          to.onEntry(entry, previous);
          to.onEntry(entry, previous);
        });
    IntStream.rangeClosed(1, 20).forEach(i -> publish("" + i));
    assertEquals(numbers(1, 20), alice.heard(20, "text"));
    Await.until("the end of the log", () -> group.position().seq() == 20);
    assertEquals(20, alice.wire().texts().size());
  }

  @Test
  void hintsInAnyOrderAreToldInThatOfTheLog() {
    Seat alice = member("alice");
    List<Runnable> late = new ArrayList<>();
    store.news((to, entry, previous) -> late.add(() -> to.onEntry(entry, previous)));
    IntStream.rangeClosed(1, 10).forEach(i -> publish("" + i));
    late.reversed().forEach(Runnable::run);
    assertEquals(numbers(1, 10), alice.heard(10, "text"));
    Await.until("the end of the log", () -> group.position().seq() == 10);
    assertEquals(10, alice.wire().texts().size());
  }

  @Test
  void whatNobodyHintedAtIsFoundWhenTheGroupIsToldToLook() {
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    publish("1");
    group.onGap();
    assertEquals(numbers(1, 1), alice.heard(1, "text"));
    publish("2");
    assertTrue(group.compare());
    assertFalse(group.isStillAwaiting(0));
    assertEquals(numbers(1, 2), alice.heard(2, "text"));
    assertTrue(group.published(publish("3")));
    assertTrue(group.isStillAwaiting(Long.MAX_VALUE));
    assertFalse(group.isStillAwaiting(0));
    assertEquals(numbers(1, 3), alice.heard(3, "text"));
  }

  @Test
  void whatWasToldInTimeIsNotReadAgain() {
    member("alice");
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    assertFalse(group.published(publish("1")));
    assertFalse(group.isStillAwaiting(0));
    assertFalse(group.compare());
    assertEquals(0, reads.get());
  }

  /** Its own entry may have expired meanwhile, and a read would take that for a loss. */
  @Test
  void whatIsOnItsWayWhileTheGroupComparesIsNotRead() {
    Seat alice = member("alice");
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    List<Runnable> late = new ArrayList<>();
    store.news((to, entry, previous) -> late.add(() -> to.onEntry(entry, previous)));
    publish("1");
    assertTrue(group.compare());
    assertTrue(group.isStillAwaiting(Long.MAX_VALUE));
    late.getFirst().run();
    assertEquals(numbers(1, 1), alice.heard(1, "text"));
    assertFalse(group.isStillAwaiting(0));
    assertEquals(0, reads.get());
  }

  @Test
  void theNewsOfOneIsNotTakenForThatOfTheNext() {
    Seat alice = member("alice");
    List<Runnable> late = new ArrayList<>();
    store.news((to, entry, previous) -> late.add(() -> to.onEntry(entry, previous)));
    assertTrue(group.published(publish("1")));
    assertFalse(group.published(publish("2")), "it is looked after already");
    late.getFirst().run();
    assertEquals(numbers(1, 1), alice.heard(1, "text"));
    assertTrue(group.isStillAwaiting(Long.MAX_VALUE));
    assertFalse(group.isStillAwaiting(0));
    assertEquals(numbers(1, 2), alice.heard(2, "text"));
  }

  @Test
  void aLossIsReportedOnceTheLogHasBeenReadAgain() {
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    publish("1");
    assertTrue(group.compare());
    assertFalse(group.isStillAwaiting(0));
    assertEquals(numbers(1, 1), alice.heard(1, "text"));
    publish("2");
    group.onGap();
    Await.until("the report", () -> healed.get() == 1);
    assertEquals(numbers(1, 2), alice.heard(2, "text"));
    assertEquals(1, healed.get(), "a gap of entries alone is no loss of hints");
  }

  @Test
  void aRefreshReachesTheMembersOfItsEndpointAlone() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    RoomRefresher board = (room, count) -> Optional.empty();
    bob.connection().refresher(board);
    assertEquals(List.of(RoomRefresher.NONE, board), group.refreshers());
    group.tell(RoomRefresher.NONE, "{\"n\":1}");
    group.tell(board, "{\"n\":2}");
    group.onNotice(Notice.everyone("{\"n\":3}"));
    assertEquals(List.of("1", "3"), alice.heard(2, "n"));
    assertEquals(List.of("2", "3"), bob.heard(2, "n"));
  }

  @Test
  void aLongGapIsReadInPages() {
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    IntStream.rangeClosed(1, 500).forEach(i -> publish("" + i));
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    group.onGap();
    assertEquals(numbers(1, 500), alice.heard(500, "text"));
    assertTrue(reads.get() >= 500 / Group.PAGE_ENTRIES, "" + reads.get());
  }

  @Test
  void whateverIsLostDoubledOrLateEveryMemberSeesTheLogWithoutHoles() {
    int publishers = 4;
    int each = 300;
    long all = 1200;
    ConcurrentLinkedQueue<Runnable> late = new ConcurrentLinkedQueue<>();
    store.news(
        (to, entry, previous) -> {
          int luck = ThreadLocalRandom.current().nextInt(10);
          if (luck < 3) {
            late.add(() -> to.onEntry(entry, previous));
          } else if (luck > 4) {
            to.onEntry(entry, previous);
          }
          Runnable old = luck == 9 ? late.poll() : null;
          if (old != null) {
            old.run();
          }
        });
    ConcurrentLinkedQueue<Seat> seats = new ConcurrentLinkedQueue<>();
    Together.run(
        publishers + 4,
        thread -> {
          for (int i = 0; i < each; i++) {
            if (thread < publishers) {
              publish("x");
            } else if (i % 50 == 0) {
              seats.add(member("u" + i));
            }
          }
          return 0;
        });
    group.onGap();
    Await.until("the end of the log", () -> group.position().seq() == all);
    for (Seat seat : seats) {
      long entered = seat.connection().membership("r").orElseThrow().entered().seq();
      List<String> expected =
          LongStream.rangeClosed(entered + 1, all).mapToObj(i -> "" + i).toList();
      assertEquals(expected, seat.heard(expected.size(), "seq"));
    }
  }

  @ParameterizedTest
  @CsvSource({"EPOCH, lost", "AHEAD, rolled_back", "REWRITTEN, rolled_back", "TRIMMED, trimmed"})
  void aGapThatCannotBeFilledIsTold(LogPage.Status status, String reason) {
    Seat alice = member("alice");
    publish("1");
    Position second = publish("2");
    Position top = new Position("other", 41, "id-41");
    store.answerNextRead(LogPage.broken(status, top));
    group.onGap();
    assertEquals(List.of("1", "2", reason), reasonsAndTexts(alice, 3));
    JsonObject reset = alice.events().getLast();
    assertEquals("room_reset", reset.get("type").getAsString());
    assertEquals("r", reset.get("room").getAsString());
    assertEquals(41, reset.get("seq").getAsLong());
    assertEquals("other", reset.get("epoch").getAsString());
    assertTrue(reset.has("timestamp"));
    group.onEntry(new Entry("other", 42, "id-42", "{\"text\":\"42\"}"), "id-41");
    group.flush();
    assertEquals(List.of("1", "2", reason, "42"), reasonsAndTexts(alice, 4));
    assertEquals(2, second.seq());
  }

  private static List<String> reasonsAndTexts(Seat seat, int count) {
    Await.until(count + " events", () -> seat.wire().texts().size() >= count);
    return seat.events().stream()
        .map(event -> event.get(event.has("reason") ? "reason" : "text").getAsString())
        .toList();
  }

  @Test
  void aLogThatWasTrimmedBeforeItCouldBeReadIsAResetAndThenGoesOn() {
    useHistoryOf(5);
    Seat alice = member("alice");
    publish("1");
    store.news((to, entry, previous) -> {});
    IntStream.rangeClosed(2, 20).forEach(i -> publish("" + i));
    store.news((to, entry, previous) -> to.onEntry(entry, previous));
    publish("21");
    assertEquals(List.of("1", "trimmed"), reasonsAndTexts(alice, 2));
    publish("22");
    assertEquals(List.of("1", "trimmed", "22"), reasonsAndTexts(alice, 3));
  }

  @Test
  void whileTheStoreIsAwayTheGapWaitsAndIsFilledInTheEnd() {
    Seat alice = member("alice");
    AtomicInteger attempts = new AtomicInteger();
    store.beforeRead(
        () -> {
          if (attempts.incrementAndGet() <= 3) {
            throw new BackendException("away");
          }
        });
    store.news((to, entry, previous) -> {});
    publish("1");
    store.news((to, entry, previous) -> to.onEntry(entry, previous));
    publish("2");
    assertEquals(numbers(1, 2), alice.heard(2, "text"));
    assertEquals(4, attempts.get());
  }

  @Test
  void aSlowReadHoldsUpNeitherPublishersNorLosesWhatTheyTell() {
    Seat alice = member("alice");
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch mayRead = new CountDownLatch(1);
    store.beforeRead(
        () -> {
          reading.countDown();
          awaitQuietly(mayRead);
        });
    group.onGap();
    awaitQuietly(reading);
    int many = 6000;
    for (int i = 1; i <= many; i++) {
      publish("" + i); // more than the inbox takes
    }
    assertEquals(List.of(), alice.wire().texts());
    mayRead.countDown();
    assertEquals(numbers(1, many), alice.heard(many, "text"));
    assertEquals(many, group.position().seq());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aSignalReachesThoseForWhomItIsMeant() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    Seat carol = member("carol");
    group.onNotice(Notice.presence(alice.channel(), "{\"n\":1}"));
    group.onNotice(Notice.everyone("{\"n\":2}"));
    group.onNotice(Notice.one(bob.channel(), "{\"n\":3}"));
    group.onNotice(Notice.one("elsewhere/1", "{\"n\":4}"));
    group.onNotice(
        Notice.evict(new Member("elsewhere/1", "elsewhere", ""), carol.channel(), "{\"n\":5}"));
    assertEquals(List.of("2", "5"), alice.heard(2, "n"));
    assertEquals(List.of("1", "2", "3", "5"), bob.heard(4, "n"));
    assertEquals(List.of("1", "2"), carol.heard(2, "n"));
  }

  @Test
  void whoIsEvictedIsToldAndHearsNothingMore() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    group.onNotice(Notice.evict(member(bob, ""), alice.channel(), "{\"text\":\"out\"}"));
    publish("later");
    assertEquals(List.of("later"), alice.heard(1, "text"));
    assertEquals(List.of("out"), bob.heard(1, "text"));
    assertEquals(List.of(bob.connection()), evicted);
    assertTrue(bob.connection().membership("r").isEmpty());
    assertFalse(group.remove(bob.connection()), "it was removed already");
  }

  @Test
  void evictionOfAnEarlierMembershipStopsNobodyWhoIsComingIn() {
    Seat bob = seat("bob");
    Member first = new Member(bob.channel(), "bob", "1", "{}");
    Member second = new Member(bob.channel(), "bob", "2", "{}");
    group.expect(second);
    group.onNotice(Notice.evict(first, "", "{}"));
    assertTrue(group.add(bob.connection()).isPresent());
    group.onNotice(Notice.evict(first, "", "{}"));
    assertTrue(group.remove(bob.connection()));
  }

  @Test
  void anEvictionDuringEnteringUndoesIt() {
    Seat bob = seat("bob");
    group.expect(member(bob, "{}"));
    group.onNotice(Notice.evict(member(bob, ""), "", "{\"text\":\"out\"}"));
    assertEquals(Optional.empty(), group.add(bob.connection()));
    assertTrue(bob.connection().membership("r").isEmpty());
    publish("later");
    assertEquals(List.of(), bob.wire().texts());
    assertEquals(List.of(), evicted, "it never was a member");
  }

  @Test
  void whoIsNotExpectedAnyMoreIsNotAdded() {
    Seat bob = seat("bob");
    assertEquals(Optional.empty(), group.add(bob.connection()));
    group.expect(member(bob, "{}"));
    group.forget(bob.channel());
    assertEquals(Optional.empty(), group.add(bob.connection()));
  }

  @Test
  void aMemberHearsEverythingAfterThePositionAtWhichItEntered() {
    publish("1");
    Position second = publish("2");
    Seat alice = member("alice");
    Membership membership = alice.connection().membership("r").orElseThrow();
    assertEquals(second, membership.entered());
    assertEquals("{\"type\":\"user_left\"}", membership.will());
    assertEquals(ROOM, membership.room());
    publish("3");
    assertEquals(List.of("3"), alice.heard(1, "seq"));
  }

  @Test
  void afterALeaveNothingFollows() {
    for (int round = 0; round < 20; round++) {
      Seat alice = member("alice");
      AtomicBoolean stop = new AtomicBoolean();
      List<Integer> heard =
          Together.run(
              2,
              thread -> {
                if (thread == 0) {
                  while (!stop.get()) {
                    publish("x");
                  }
                  return 0;
                }
                Await.until("an event", () -> !alice.wire().texts().isEmpty());
                assertTrue(group.remove(alice.connection()));
                alice.connection().offer(Frame.text("{\"text\":\"mark\"}"));
                stop.set(true);
                return 0;
              });
      assertEquals(2, heard.size());
      Await.until(
          "the mark", () -> alice.wire().texts().stream().anyMatch(text -> text.contains("mark")));
      assertTrue(alice.wire().texts().getLast().contains("mark"), "nothing behind it");
    }
  }

  @Test
  void ofManyRemovalsOneCounts() {
    Seat alice = member("alice");
    List<Boolean> removed = Together.run(8, thread -> group.remove(alice.connection()));
    assertEquals(1, removed.stream().filter(r -> r).count());
  }

  /** Who waits and is woken for another message must not hide its own from whoever brings it. */
  @Test
  void whoWaitsForItsOwnIsToldOfItAtOnce() {
    store.news((to, entry, previous) -> {});
    for (int round = 0; round < 2_000; round++) {
      Position before = group.position();
      Position last = IntStream.range(0, 3).mapToObj(i -> publish("x")).toList().getLast();
      List<Entry> news = store.memory().log().read(ID, before, 3, 10_000).entries();
      List<Boolean> told =
          Together.run(
              3,
              thread -> {
                if (thread > 0) {
                  return group.awaitTold(last);
                }
                String previous = before.id();
                for (Entry entry : news) {
                  group.onEntry(entry, previous);
                  group.flush();
                  previous = entry.id();
                }
                return true;
              });
      assertEquals(List.of(true, true, true), told);
    }
  }

  @Test
  void whoWasToldOfItsOwnHasItBeforeWhatIsSaidThen() {
    IntStream.range(0, 200).forEach(i -> member("other" + i));
    Seat last = member("last");
    store.news((to, entry, previous) -> {});
    byte[] answer = Frame.text("{\"type\":\"answer\"}");
    for (int round = 0; round < 1_000; round++) {
      Position before = group.position();
      Position own = publish("x");
      Entry entry = store.memory().log().read(ID, before, 1, 10_000).entries().getFirst();
      List<Boolean> unused =
          Together.run(
              2,
              thread -> {
                if (thread == 0) {
                  group.onEntry(entry, before.id());
                  group.flush();
                } else if (group.awaitTold(own)) {
                  last.connection().reply(answer);
                }
                return true;
              });
    }
    List<String> types = last.heard(2_000, "type");
    for (int i = 0; i < 2_000; i += 2) {
      assertEquals(List.of("chat_message", "answer"), types.subList(i, i + 2));
    }
  }

  @Test
  void theReturnOfManyFromAPastEpochIsOneRead() {
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    for (int i = 0; i < 100; i++) {
      group.catchUp(new Position("past", i, ""));
    }
    assertEquals(1, reads.get());
    group.catchUp(new Position("another", 1, ""));
    assertEquals(2, reads.get());
  }
}
