package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.connection.Frame;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Entries reach all members in the order of the log, and publishers wait for their own. */
class LogFollowerTest extends GroupFixture {
  @Test
  void entriesThatArriveTogetherAreWrittenTogether() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    Position at = group.follower.position();
    for (long seq = 1; seq <= 3; seq++) {
      Entry entry = new Entry(at.epoch(), seq, "id-" + seq, "{\"text\":\"" + seq + "\"}");
      group.news.onEntry(entry, at.id());
      at = entry.position();
    }
    assertEquals(0, alice.wire().texts().size());
    group.news.flush();
    assertEquals(numbers(1, 3), alice.received(3, "text"));
    assertEquals(numbers(1, 3), bob.received(3, "text"));
    assertEquals(1, alice.wire().writes().size());
    assertTrue(group.follower.awaitDelivery(at, Await.DEADLINE));
    assertTrue(metrics.text().contains("events_delivered_total 6\n"), "three for each of two");
  }

  @Test
  void noticeDoesNotOvertakeEarlierEntries() {
    Seat alice = member("alice");
    Position at = group.follower.position();
    group.news.onEntry(new Entry(at.epoch(), 1, "id-1", "{\"text\":\"1\"}"), at.id());
    group.news.onNotice(Notice.everyone("{\"text\":\"hint\"}"));
    assertEquals(List.of("1", "hint"), alice.received(2, "text"));
  }

  @Test
  void entriesThatArriveTogetherAreNotJoinedToOneLargeWrite() {
    Seat alice = member("alice");
    String epoch = group.follower.position().epoch();
    String text = "{\"text\":\"" + "x".repeat(30_000) + "\"}";
    for (int seq = 1; seq <= 5; seq++) {
      group.news.onEntry(
          new Entry(epoch, seq, "id-" + seq, text), seq == 1 ? "" : "id-" + (seq - 1));
    }
    group.news.flush();
    assertEquals(numbers(1, 5), alice.received(5, "seq"));
    assertTrue(alice.wire().writes().stream().allMatch(bytes -> bytes <= 64 * 1024));
  }

  @Test
  void membersReceiveEntriesWithTheirPlaceInTheLog() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    Position first = publish("hello");
    assertEquals(List.of("hello"), alice.received(1, "text"));
    JsonObject event = alice.events().getFirst();
    assertEquals(first.seq(), event.get("seq").getAsLong());
    assertEquals(first.epoch(), event.get("epoch").getAsString());
    assertEquals(first.id(), event.get("message_id").getAsString());
    bob.received(1, "text");
    assertEquals(alice.wire().texts(), bob.wire().texts());
    assertEquals(first, group.follower.position());
  }

  @Test
  void duplicateHintIsDeliveredOnce() {
    Seat alice = member("alice");
    store.news(
        (to, entry, previous) -> {
          to.onEntry(entry, previous);
          to.onEntry(entry, previous);
        });
    IntStream.rangeClosed(1, 20).forEach(i -> publish("" + i));
    assertEquals(numbers(1, 20), alice.received(20, "text"));
    Await.until("the end of the log", () -> group.follower.position().seq() == 20);
    assertEquals(20, alice.wire().texts().size());
  }

  @Test
  void doesNotReadTheLogForEntriesThatArriveInTime() {
    member("alice");
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    assertTrue(group.follower.awaitDelivery(publish("1"), Await.DEADLINE));
    group.follower.requireSeq(group.follower.compare());
    assertEquals(0, reads.get());
  }

  @Test
  void hintOfOneEntryDoesNotEndTheWaitForTheNext() {
    Seat alice = member("alice");
    List<Runnable> late = new ArrayList<>();
    store.news((to, entry, previous) -> late.add(() -> to.onEntry(entry, previous)));
    publish("1");
    Position second = publish("2");
    List<Boolean> delivered =
        Together.run(
            2,
            thread -> {
              if (thread > 0) {
                return group.follower.awaitDelivery(second, Await.DEADLINE);
              }
              late.getFirst().run();
              return true;
            });
    assertEquals(List.of(true, true), delivered);
    assertEquals(numbers(1, 2), alice.received(2, "text"), "the second is read from the log");
  }

  /** A publisher that is woken for an earlier entry must not hide its own from the deliverer. */
  @Test
  void publisherIsWokenAsSoonAsItsEntryIsDelivered() {
    store.news((to, entry, previous) -> {});
    for (int round = 0; round < 2_000; round++) {
      Position before = group.follower.position();
      Position last = IntStream.range(0, 3).mapToObj(i -> publish("x")).toList().getLast();
      List<Entry> news = store.memory().log().read(ID, before, 3, 10_000).entries();
      List<Boolean> delivered =
          Together.run(
              3,
              thread -> {
                if (thread > 0) {
                  return group.follower.awaitDelivery(last, Await.DEADLINE);
                }
                String previous = before.id();
                for (Entry entry : news) {
                  group.news.onEntry(entry, previous);
                  group.news.flush();
                  previous = entry.id();
                }
                return true;
              });
      assertEquals(List.of(true, true, true), delivered);
    }
  }

  @Test
  void publisherReceivesItsEntryBeforeItsNextReply() {
    IntStream.range(0, 200).forEach(i -> member("other" + i));
    Seat last = member("last");
    store.news((to, entry, previous) -> {});
    byte[] answer = Frame.text("{\"type\":\"answer\"}");
    for (int round = 0; round < 1_000; round++) {
      Position before = group.follower.position();
      Position own = publish("x");
      Entry entry = store.memory().log().read(ID, before, 1, 10_000).entries().getFirst();
      List<Boolean> unused =
          Together.run(
              2,
              thread -> {
                if (thread == 0) {
                  group.news.onEntry(entry, before.id());
                  group.news.flush();
                } else if (group.follower.awaitDelivery(own, Await.DEADLINE)) {
                  last.connection().reply(answer);
                }
                return true;
              });
    }
    List<String> types = last.received(2_000, "type");
    for (int i = 0; i < 2_000; i += 2) {
      assertEquals(List.of("chat_message", "answer"), types.subList(i, i + 2));
    }
  }
}
