package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NewsQueueTest {
  private final List<Long> taken = new CopyOnWriteArrayList<>();

  /** How many pieces had been taken at the end of each turn. */
  private final List<Integer> turns = new CopyOnWriteArrayList<>();

  private final AtomicInteger gaps = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();

  private final NewsQueue queue =
      new NewsQueue(
          new Subscriber() {
            @Override
            public void onEntry(Entry entry, String previousId) {
              taken.add(entry.seq());
            }

            @Override
            public void onNotice(Notice notice) {
              taken.add(0L);
            }

            @Override
            public void flush() {
              turns.add(taken.size());
            }

            @Override
            public void onGap() {
              gaps.incrementAndGet();
            }
          },
          closes::incrementAndGet);

  private void entry(int seq, String text) {
    queue.onEntry(new Entry("epoch", seq, "id-" + seq, text), "id-" + (seq - 1));
  }

  /** Adds entries until one is refused; returns how many were accepted. */
  private int fill(String text) {
    int before = gaps.get();
    int added = 0;
    for (entry(1, text); gaps.get() == before; entry(1, text)) {
      added++;
      assertTrue(added < 1_000_000, "it has no bound");
    }
    return added;
  }

  /** Runs an action on another thread while this one holds the lock. */
  private void whileLocked(Runnable action) {
    queue.run(
        () ->
            Together.run(
                1,
                thread -> {
                  action.run();
                  return thread;
                }));
  }

  private void add(Notice notice, int count) {
    IntStream.range(0, count).forEach(i -> queue.onNotice(notice));
  }

  @Test
  void handlesNewsInOrderAndABoundedNumberInOneTurn() {
    int all = 2 * NewsQueue.TURN_NEWS + 1;
    for (int seq = 1; seq <= all; seq++) {
      entry(seq, "{}");
    }
    queue.flush();
    Await.until("all turns", () -> turns.size() == 3);
    assertEquals(List.of(NewsQueue.TURN_NEWS, 2 * NewsQueue.TURN_NEWS, all), turns);
    assertEquals(LongStream.rangeClosed(1, all).boxed().toList(), taken);
    assertEquals(0, gaps.get());
  }

  @Test
  void longTextsFillTheInbox() {
    int large = fill("x".repeat(64 * 1024));
    assertTrue(large * 64L * 1024 <= NewsQueue.MAX_BYTES, "" + large);
    assertTrue(large >= 15, "" + large);
  }

  @Test
  void shortTextsFillTheInboxToo() {
    int small = fill("");
    assertTrue(small > 1_000 && small < 10_000, "" + small);
  }

  @Test
  void urgentNewsIsAcceptedLongerButNotWithoutBound() {
    whileLocked(
        () -> {
          int entries = fill("{}");
          add(Notice.presence("alice/1", "{}"), 1);
          assertEquals(2, gaps.get(), "a hint is refused like an entry");
          add(Notice.everyone("{}"), entries);
          add(Notice.evict(new Member("alice/1", "alice", "{}"), "", "{}"), entries);
          assertEquals(2, gaps.get(), "the others are urgent");
          add(Notice.everyone("{}"), 3 * entries);
        });
    Await.until("the members to be closed", () -> closes.get() > 0);
    assertEquals(2, gaps.get());
    assertTrue(taken.size() < NewsQueue.MAX_URGENT_BYTES / 256, "" + taken.size());
  }

  @Test
  void handledNewsMakesRoom() {
    int capacity = fill("text");
    queue.flush();
    Await.until("all to be taken", () -> taken.size() == capacity);
    assertEquals(capacity, fill("text"));
    assertEquals(0, closes.get());
  }
}
