package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members receive the log without gaps, whatever happens to the hints. */
class GapRepairTest extends GroupFixture {
  @Test
  void entriesBeforeAFailureAreDeliveredAndTheFailedOneIsReadFromTheLog() {
    Seat alice = member("alice");
    Entry first = new Entry(group.follower.position().epoch(), 1, "id-1", "{\"text\":\"1\"}");
    Entry unframed = new Entry(first.epoch(), 2, "id-2", "");
    Entry second = new Entry(first.epoch(), 2, "id-2", "{\"text\":\"2\"}");
    store.answerNextRead(new LogPage(LogPage.Status.OK, second.position(), List.of(second), false));
    group.news.onEntry(first, "");
    group.news.onEntry(unframed, "id-1");
    group.news.flush();
    assertEquals(numbers(1, 2), alice.received(2, "text"));
    assertTrue(group.follower.awaitDelivery(second.position(), Await.DEADLINE));
  }

  @Test
  void entriesThatWereReadBeforeAResetPrecedeIt() {
    useHistoryOf(LogFollower.PAGE_ENTRIES * 2);
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    IntStream.rangeClosed(1, LogFollower.PAGE_ENTRIES + 1).forEach(i -> publish("" + i));
    AtomicInteger reads = new AtomicInteger();
    Position top = new Position("other", 500, "id-500");
    store.beforeRead(
        () -> {
          if (reads.incrementAndGet() == 2) {
            store.answerNextRead(LogPage.broken(LogPage.Status.EPOCH, top));
          }
        });
    group.onGap();
    List<String> expected = new ArrayList<>(numbers(1, LogFollower.PAGE_ENTRIES));
    expected.add("lost");
    assertEquals(expected, reasonsAndTexts(alice, expected.size()));
  }

  @Test
  void entriesThatWereReadBeforeTheStoreWentAwayAreDelivered() {
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    IntStream.rangeClosed(1, LogFollower.PAGE_ENTRIES + 1).forEach(i -> publish("" + i));
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(
        () -> {
          if (reads.incrementAndGet() > 1) {
            throw new BackendException("away");
          }
        });
    Position seen =
        new Position(group.follower.position().epoch(), LogFollower.PAGE_ENTRIES + 1, "");
    assertThrows(BackendException.class, () -> group.catchUp(seen));
    assertEquals(
        numbers(1, LogFollower.PAGE_ENTRIES), alice.received(LogFollower.PAGE_ENTRIES, "text"));
  }

  @Test
  void lostHintIsReadFromTheLogWithoutClientsNoticing() {
    Seat alice = member("alice");
    publish("1");
    store.news((to, entry, previous) -> {});
    publish("2");
    publish("3");
    store.news((to, entry, previous) -> to.onEntry(entry, previous));
    publish("4");
    assertEquals(numbers(1, 4), alice.received(4, "text"));
  }

  @Test
  void hintsInAnyOrderAreDeliveredInTheOrderOfTheLog() {
    Seat alice = member("alice");
    List<Runnable> late = new ArrayList<>();
    store.news((to, entry, previous) -> late.add(() -> to.onEntry(entry, previous)));
    IntStream.rangeClosed(1, 10).forEach(i -> publish("" + i));
    late.reversed().forEach(Runnable::run);
    assertEquals(numbers(1, 10), alice.received(10, "text"));
    Await.until("the end of the log", () -> group.follower.position().seq() == 10);
    assertEquals(10, alice.wire().texts().size());
  }

  @Test
  void findsEntriesWithoutAnyHint() {
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    publish("1");
    group.onGap();
    assertEquals(numbers(1, 1), alice.received(1, "text"));
    publish("2");
    group.follower.requireSeq(group.follower.compare());
    assertEquals(numbers(1, 2), alice.received(2, "text"));
    assertTrue(group.follower.awaitDelivery(publish("3"), Await.DEADLINE));
    assertEquals(numbers(1, 3), alice.received(3, "text"));
  }

  /** A read could report a loss: the entry at the position may have expired. */
  @Test
  void comparisonDoesNotReadEntriesWhoseHintIsOnItsWay() {
    Seat alice = member("alice");
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    List<Runnable> late = new ArrayList<>();
    store.news((to, entry, previous) -> late.add(() -> to.onEntry(entry, previous)));
    publish("1");
    long top = group.follower.compare();
    assertEquals(1, top);
    late.getFirst().run();
    assertEquals(numbers(1, 1), alice.received(1, "text"));
    group.follower.requireSeq(top);
    assertEquals(0, reads.get());
  }

  @Test
  void resyncFollowsALossOnceTheLogHasBeenRead() {
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    publish("1");
    group.follower.requireSeq(group.follower.compare());
    assertEquals(numbers(1, 1), alice.received(1, "text"));
    publish("2");
    group.onGap();
    Await.until("the resync", () -> resyncs.get() == 1);
    assertEquals(numbers(1, 2), alice.received(2, "text"));
    assertEquals(1, resyncs.get(), "a gap of entries alone needs no resync");
  }

  @Test
  void readsALongGapInPages() {
    Seat alice = member("alice");
    store.news((to, entry, previous) -> {});
    IntStream.rangeClosed(1, 500).forEach(i -> publish("" + i));
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    group.onGap();
    assertEquals(numbers(1, 500), alice.received(500, "text"));
    assertTrue(reads.get() >= 500 / LogFollower.PAGE_ENTRIES, "" + reads.get());
  }

  @Test
  void everyMemberSeesTheLogWithoutGapsWhateverHappensToItsHints() {
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
    Await.until("the end of the log", () -> group.follower.position().seq() == all);
    for (Seat seat : seats) {
      long entered = seat.memberships().find("r").orElseThrow().entered().seq();
      List<String> expected =
          LongStream.rangeClosed(entered + 1, all).mapToObj(i -> "" + i).toList();
      assertEquals(expected, seat.received(expected.size(), "seq"));
    }
  }

  @ParameterizedTest
  @CsvSource({"EPOCH, lost", "AHEAD, rolled_back", "REWRITTEN, rolled_back", "TRIMMED, trimmed"})
  void gapThatCannotBeFilledIsReportedToTheMembers(LogPage.Status status, String reason) {
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
    group.news.onEntry(new Entry("other", 42, "id-42", "{\"text\":\"42\"}"), "id-41");
    group.news.flush();
    assertEquals(List.of("1", "2", reason, "42"), reasonsAndTexts(alice, 4));
    assertEquals(2, second.seq());
  }

  /** A fail-over can lose an entry before its news has arrived, and after its sender was told. */
  @Test
  void lossOfAnEntryWhoseNewsNeverArrivedIsReported() {
    Seat alice = member("alice");
    Position first = publish("1");
    store.news((to, entry, previous) -> {});
    Position lost = publish("lost");
    store.answerNextRead(new LogPage(LogPage.Status.OK, first, List.of(), false));
    assertTrue(group.follower.awaitDelivery(lost, Await.DEADLINE), "after the reset");
    assertEquals(List.of("1", "rolled_back"), reasonsAndTexts(alice, 2));
    assertEquals(2, lost.seq());
  }

  @Test
  void entryInThePlaceOfALostOneIsReportedAsALoss() {
    Seat alice = member("alice");
    publish("1");
    store.news((to, entry, previous) -> {});
    Position lost = publish("lost");
    Entry other = new Entry(lost.epoch(), lost.seq(), "id-of-another", "{\"text\":\"other\"}");
    store.answerNextRead(new LogPage(LogPage.Status.OK, other.position(), List.of(other), false));
    assertTrue(group.follower.awaitDelivery(lost, Await.DEADLINE), "after the reset");
    assertEquals(List.of("1", "rolled_back"), reasonsAndTexts(alice, 2));
  }

  private static List<String> reasonsAndTexts(Seat seat, int count) {
    Await.until(count + " events", () -> seat.wire().texts().size() >= count);
    return seat.events().stream()
        .map(event -> event.get(event.has("reason") ? "reason" : "text").getAsString())
        .toList();
  }

  @Test
  void trimmedLogIsAResetAfterWhichDeliveryContinues() {
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
  void gapIsFilledWhenTheStoreIsBack() {
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
    assertEquals(numbers(1, 2), alice.received(2, "text"));
    assertEquals(4, attempts.get());
  }

  @Test
  void slowReadNeitherDelaysPublishersNorLosesTheirEntries() {
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
      publish("" + i); // more than the queue takes
    }
    assertEquals(List.of(), alice.wire().texts());
    mayRead.countDown();
    assertEquals(numbers(1, many), alice.received(many, "text"));
    assertEquals(many, group.follower.position().seq());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void manyClientsFromOnePastEpochCostOneRead() {
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
