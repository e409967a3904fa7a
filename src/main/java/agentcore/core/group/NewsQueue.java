package agentcore.core.group;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Notice;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The news that a group has received and not handled yet. Safe for all threads.
 *
 * <p>The thread that acquires the group's lock handles the news, at most {@link #TURN_NEWS} pieces;
 * a new thread continues with the rest, so that no publisher is kept busy. Other threads return at
 * once: a thread that releases the lock drains the queue again, and threads that wait for the lock
 * come first.
 *
 * <p>It is bounded in bytes. Entries can be read from the log again, and hints of presence may be
 * lost: both are refused beyond {@link #MAX_BYTES}, and the caller requests a read of the log.
 * Other news would be lost permanently, so it is accepted up to {@link #MAX_URGENT_BYTES}; beyond
 * that the caller closes the members, which reconnect.
 */
final class NewsQueue {
  static final long MAX_BYTES = 1024 * 1024;
  static final long MAX_URGENT_BYTES = 4 * MAX_BYTES;

  static final int TURN_NEWS = 128;

  /** The approximate memory of a piece of news without its text. */
  private static final int OVERHEAD_BYTES = 256;

  sealed interface News {
    /** An entry was appended behind the one with the id {@code previousId}. */
    record Appended(Entry entry, String previousId) implements News {}

    record Noticed(Notice notice) implements News {}

    /** An event for the members of one endpoint, after hints were lost. */
    record Resynced(Consumer endpoint, String text) implements News {}
  }

  /** Handles news; called under the group's lock. Never throws. */
  interface Handler {
    void handle(News news);

    /** Ends a turn: no more news follows for now. */
    void endTurn();
  }

  /** The group's lock. */
  private final ReentrantLock lock;

  private final Handler handler;
  private final ConcurrentLinkedQueue<News> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();

  /** A thread was started to continue, but has not begun yet. */
  private final AtomicBoolean drainerPending = new AtomicBoolean();

  NewsQueue(ReentrantLock lock, Handler handler) {
    this.lock = lock;
    this.handler = handler;
  }

  /** Adds news, or returns false if there is no room for it. */
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

  /** Returns whether the news is neither in a log nor only a hint of presence. */
  static boolean isUrgent(News news) {
    return news instanceof News.Noticed(Notice notice) && notice.kind() != Notice.Kind.PRESENCE;
  }

  /**
   * Handles the waiting news, unless another thread holds the lock or waits for it: that thread
   * calls this after releasing the lock. Never throws.
   */
  void drain() {
    while (!queue.isEmpty() && !lock.hasQueuedThreads() && lock.tryLock()) {
      boolean more;
      try {
        more = takeTurn();
      } finally {
        lock.unlock();
      }
      if (more && startDrainer()) {
        return;
      }
    }
  }

  /** Handles news in the order of its arrival; returns whether some may be left. */
  private boolean takeTurn() {
    boolean more = true;
    for (int i = 0; more && i < TURN_NEWS; i++) {
      News news = queue.poll();
      more = news != null;
      if (news != null) {
        bytes.addAndGet(-cost(news));
        handler.handle(news);
      }
    }
    handler.endTurn();
    return more;
  }

  /** Lets another thread continue; returns false if none can be started. */
  private boolean startDrainer() {
    if (!drainerPending.compareAndSet(false, true)) {
      return true;
    }
    boolean started =
        Safely.run(
            "starting a drainer", () -> Thread.ofVirtual().name("drainer").start(this::runDrainer));
    if (!started) {
      drainerPending.set(false);
    }
    return started;
  }

  private void runDrainer() {
    drainerPending.set(false);
    drain();
  }

  private static int cost(News news) {
    return OVERHEAD_BYTES
        + switch (news) {
          case News.Appended appended -> appended.entry().utf8().length;
          case News.Noticed noticed -> noticed.notice().text().length();
          case News.Resynced resynced -> resynced.text().length();
        };
  }
}
