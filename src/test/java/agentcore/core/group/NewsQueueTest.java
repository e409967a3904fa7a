package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.consumer.Consumer;
import agentcore.core.group.NewsQueue.News;
import agentcore.testkit.Await;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NewsQueueTest {
  private static final Consumer CONSUMER = Map::of;

  private final List<News> taken = new CopyOnWriteArrayList<>();

  /** How many pieces had been taken at the end of each turn. */
  private final List<Integer> turns = new CopyOnWriteArrayList<>();

  private final NewsQueue queue =
      new NewsQueue(
          new ReentrantLock(),
          new NewsQueue.Handler() {
            @Override
            public void handle(News news) {
              taken.add(news);
            }

            @Override
            public void endTurn() {
              turns.add(taken.size());
            }
          });

  private static News entry(int seq, String text) {
    return new News.Appended(new Entry("epoch", seq, "id-" + seq, text), "id-" + (seq - 1));
  }

  private static News everyone(String text) {
    return new News.Noticed(Notice.everyone(text));
  }

  private int fill(News news) {
    int added = 0;
    while (queue.add(news)) {
      added++;
      assertTrue(added < 1_000_000, "it has no bound");
    }
    return added;
  }

  @Test
  void handlesNewsInOrderAndABoundedNumberInOneTurn() {
    int all = 2 * NewsQueue.TURN_NEWS + 1;
    for (int seq = 1; seq <= all; seq++) {
      assertTrue(queue.add(entry(seq, "{}")));
    }
    queue.drain();
    Await.until("all turns", () -> turns.size() == 3);
    assertEquals(List.of(NewsQueue.TURN_NEWS, 2 * NewsQueue.TURN_NEWS, all), turns);
    assertEquals(
        LongStream.rangeClosed(1, all).boxed().toList(),
        taken.stream().map(NewsQueueTest::seq).toList());
  }

  private static long seq(News news) {
    return news instanceof News.Appended(Entry entry, String previous) ? entry.seq() : 0;
  }

  @Test
  void longTextsFillTheInbox() {
    int large = fill(entry(1, "x".repeat(64 * 1024)));
    assertTrue(large * 64L * 1024 <= NewsQueue.MAX_BYTES, "" + large);
    assertTrue(large >= 15, "" + large);
  }

  @Test
  void shortTextsFillTheInboxToo() {
    int small = fill(entry(1, ""));
    assertTrue(small > 1_000 && small < 10_000, "" + small);
  }

  @Test
  void urgentNewsIsAcceptedLongerButNotWithoutBound() {
    News hint = new News.Noticed(Notice.presence("alice/1", "{}"));
    int hints = fill(hint);
    assertFalse(queue.add(new News.Resynced(CONSUMER, "{}")));
    int urgent = fill(everyone("{}"));
    assertTrue(urgent > hints, "" + urgent);
    assertFalse(queue.add(hint));
  }

  @Test
  void handledNewsMakesRoom() {
    int capacity = fill(everyone("text"));
    queue.drain();
    Await.until("all to be taken", () -> taken.size() == capacity);
    assertEquals(capacity, fill(everyone("text")));
  }

  @Test
  void noticesOtherThanPresenceHintsAreUrgent() {
    assertFalse(NewsQueue.isUrgent(entry(1, "{}")));
    assertFalse(NewsQueue.isUrgent(new News.Noticed(Notice.presence("alice/1", "{}"))));
    assertFalse(NewsQueue.isUrgent(new News.Resynced(CONSUMER, "{}")));
    assertTrue(NewsQueue.isUrgent(everyone("{}")));
    assertTrue(
        NewsQueue.isUrgent(
            new News.Noticed(Notice.evict(new Member("alice/1", "alice", "{}"), "", "{}"))));
  }
}
