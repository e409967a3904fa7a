package agentcore.core.connection;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Notice;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a group heard and has not handled yet. Safe for all threads; one thread at a time takes.
 *
 * <p>It is bounded by what its news holds in memory. Entries can be read from the log again, and
 * hints of presence may be lost: both are refused beyond {@link #MAX_BYTES}, and the caller has the
 * log read instead. Everything else would be lost for good, so it is accepted up to {@link
 * #MAX_URGENT_BYTES}; beyond that the caller closes the members, which come back and start afresh.
 */
final class Inbox {
  static final long MAX_BYTES = 1024 * 1024;
  static final long MAX_URGENT_BYTES = 4 * MAX_BYTES;

  /** What a piece of news takes beside its text, about. */
  private static final int OVERHEAD_BYTES = 256;

  sealed interface News {
    /** Returns the text that it holds in memory. */
    String text();

    /** An entry was appended behind the one with the id {@code previousId}. */
    record Appended(Entry entry, String previousId) implements News {
      @Override
      public String text() {
        return entry.text();
      }
    }

    /** A signal for some of the members. */
    record Signalled(Notice signal) implements News {
      @Override
      public String text() {
        return signal.text();
      }
    }

    /** An event for the members of one endpoint, after hints were lost. */
    record Refreshed(RoomRefresher endpoint, String text) implements News {}
  }

  /** Handles one piece of news. */
  @FunctionalInterface
  interface Handler {
    void handle(News news);
  }

  private final ConcurrentLinkedQueue<News> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();

  /** Adds news, or returns false where there is no room for it. */
  boolean add(News news) {
    long cost = cost(news);
    long max = isUrgent(news) ? MAX_URGENT_BYTES : MAX_BYTES;
    if (bytes.addAndGet(cost) > max) {
      bytes.addAndGet(-cost);
      return false;
    }
    queue.add(news);
    return true;
  }

  /** Says whether this news cannot be had again: a signal that is no hint of presence. */
  static boolean isUrgent(News news) {
    return news instanceof News.Signalled(Notice signal) && signal.kind() != Notice.Kind.PRESENCE;
  }

  /**
   * Hands at most {@code max} pieces of news to {@code handler}, in the order in which they came.
   *
   * @return whether it stopped because of {@code max}
   */
  boolean take(int max, Handler handler) {
    for (int i = 0; i < max; i++) {
      News news = queue.poll();
      if (news == null) {
        return false;
      }
      bytes.addAndGet(-cost(news));
      handler.handle(news);
    }
    return true;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  private static int cost(News news) {
    return OVERHEAD_BYTES + news.text().length();
  }
}
