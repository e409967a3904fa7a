package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.connection.Inbox.News;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {
  private final Inbox inbox = new Inbox();
  private final List<News> taken = new ArrayList<>();

  private static News entry(int seq, String text) {
    return new News.Appended(new Entry("epoch", seq, "id-" + seq, text), "id-" + (seq - 1));
  }

  private static News everyone(String text) {
    return new News.Signalled(Notice.everyone(text));
  }

  private int fill(News news) {
    int added = 0;
    while (inbox.add(news)) {
      added++;
      assertTrue(added < 1_000_000, "it has no bound");
    }
    return added;
  }

  @Test
  void newsIsTakenInItsOrderAndOnlySoMuch() {
    for (int seq = 1; seq <= 5; seq++) {
      assertTrue(inbox.add(entry(seq, "{}")));
    }
    assertTrue(inbox.take(3, taken::add));
    assertFalse(inbox.isEmpty());
    assertFalse(inbox.take(3, taken::add));
    assertTrue(inbox.isEmpty());
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), taken.stream().map(InboxTest::seq).toList());
  }

  private static long seq(News news) {
    return news instanceof News.Appended(Entry entry, String previous) ? entry.seq() : 0;
  }

  @Test
  void longTextsFillItWithFewPieces() {
    int large = fill(entry(1, "x".repeat(64 * 1024)));
    assertTrue(large * 64L * 1024 <= Inbox.MAX_BYTES, "" + large);
    assertTrue(large >= 15, "" + large);
  }

  @Test
  void shortTextsFillItToo() {
    int small = fill(entry(1, ""));
    assertTrue(small > 1_000 && small < 10_000, "" + small);
  }

  @Test
  void whatCannotBeHadAgainIsAcceptedLongerButNotForEver() {
    News hint = new News.Signalled(Notice.presence("alice/1", "{}"));
    int hints = fill(hint);
    assertFalse(inbox.add(new News.Refreshed(RoomRefresher.NONE, "{}")));
    int urgent = fill(everyone("{}"));
    assertTrue(urgent > hints, "" + urgent);
    assertFalse(inbox.add(hint));
  }

  @Test
  void whatWasTakenMakesRoom() {
    int capacity = fill(everyone("text"));
    assertFalse(inbox.take(capacity + 1, taken::add));
    assertEquals(capacity, taken.size());
    assertEquals(capacity, fill(everyone("text")));
  }

  @Test
  void onlyHintsOfPresenceMayBeLost() {
    assertFalse(Inbox.isUrgent(entry(1, "{}")));
    assertFalse(Inbox.isUrgent(new News.Signalled(Notice.presence("alice/1", "{}"))));
    assertFalse(Inbox.isUrgent(new News.Refreshed(RoomRefresher.NONE, "{}")));
    assertTrue(Inbox.isUrgent(everyone("{}")));
    assertTrue(Inbox.isUrgent(new News.Signalled(Notice.one("alice/1", "{}"))));
    assertTrue(
        Inbox.isUrgent(
            new News.Signalled(Notice.evict(new Member("alice/1", "alice", "{}"), "", "{}"))));
  }
}
