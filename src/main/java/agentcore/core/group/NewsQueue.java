package agentcore.core.group;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Safely;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The lock of a group, and the news that the group has received and not handled yet. Subscribes to
 * the group for it. Safe for all threads.
 *
 * <p>The thread that acquires the lock passes the news to the group, at most {@link #TURN_NEWS}
 * pieces; a new thread continues with the rest, so that no publisher is kept busy. Other threads
 * return at once: a thread that releases the lock drains the queue again, and threads that wait for
 * the lock come first.
 *
 * <p>It is bounded in bytes. Entries can be read from the log again, and hints of presence may be
 * lost: both are refused beyond {@link #MAX_BYTES}, and the group has to read its log. Other news
 * would be lost permanently, so it is accepted up to {@link #MAX_URGENT_BYTES}; beyond that the
 * members are closed, and reconnect.
 */
final class NewsQueue implements Subscriber {
  static final long MAX_BYTES = 1024 * 1024;
  static final long MAX_URGENT_BYTES = 4 * MAX_BYTES;

  static final int TURN_NEWS = 128;

  /** The approximate memory of a piece of news without its text. */
  private static final int OVERHEAD_BYTES = 256;

  private sealed interface News {
    /** An entry was appended behind the one with the id {@code previousId}. */
    record Appended(Entry entry, String previousId) implements News {}

    record Noticed(Notice notice) implements News {}
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Subscriber group;
  private final Runnable closeMembers;
  private final ConcurrentLinkedQueue<News> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();

  /** News that is in no log was refused: the members must reconnect. */
  private final AtomicBoolean overrun = new AtomicBoolean();

  /** A thread was started to continue, but has not begun yet. */
  private final AtomicBoolean drainerPending = new AtomicBoolean();

  /**
   * Creates an empty queue.
   *
   * @param group handles the news, under the lock, except for {@link Subscriber#onGap}
   * @param closeMembers called under the lock
   */
  NewsQueue(Subscriber group, Runnable closeMembers) {
    this.group = group;
    this.closeMembers = closeMembers;
  }

  /** Runs an action under the lock, then passes on the news that arrived during it. */
  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
      flush();
    }
  }

  /** Does the same for an action without a result. */
  void run(Runnable action) {
    boolean unused =
        locked(
            () -> {
              action.run();
              return true;
            });
  }

  @Override
  public void onEntry(Entry entry, String previousId) {
    add(new News.Appended(entry, previousId));
  }

  @Override
  public void onNotice(Notice notice) {
    add(new News.Noticed(notice));
    flush();
  }

  @Override
  public void onGap() {
    group.onGap();
  }

  private void add(News news) {
    long cost = cost(news);
    boolean isUrgent = isUrgent(news);
    if (bytes.addAndGet(cost) <= (isUrgent ? MAX_URGENT_BYTES : MAX_BYTES)) {
      queue.add(news);
      return;
    }
    bytes.addAndGet(-cost);
    if (isUrgent) {
      overrun.set(true);
    } else {
      onGap();
    }
  }

  /** Returns whether the news is neither in a log nor only a hint of presence. */
  private static boolean isUrgent(News news) {
    return news instanceof News.Noticed(Notice notice) && notice.kind() != Notice.Kind.PRESENCE;
  }

  private static int cost(News news) {
    return OVERHEAD_BYTES
        + switch (news) {
          case News.Appended appended -> appended.entry().utf8().length;
          case News.Noticed noticed -> noticed.notice().text().length();
        };
  }

  /**
   * Passes on the waiting news, unless another thread holds the lock or waits for it: that thread
   * calls this after releasing the lock. Never throws.
   */
  @Override
  public void flush() {
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

  /** Passes on news in the order of its arrival; returns whether some may be left. */
  private boolean takeTurn() {
    boolean more = true;
    for (int i = 0; more && i < TURN_NEWS; i++) {
      News news = queue.poll();
      more = news != null;
      if (news != null) {
        bytes.addAndGet(-cost(news));
        pass(news);
      }
    }
    if (overrun.get()
        && overrun.getAndSet(false)
        && !Safely.run("closing the members of a group", closeMembers)) {
      overrun.set(true); // the next turn tries again
    }
    try {
      group.flush();
    } catch (Throwable defect) {
      failed(defect);
    }
    return more;
  }

  private void pass(News news) {
    try {
      switch (news) {
        case News.Appended(Entry entry, String previousId) -> group.onEntry(entry, previousId);
        case News.Noticed(Notice notice) -> group.onNotice(notice);
      }
    } catch (Throwable defect) {
      failed(defect);
    }
  }

  /** Entries that may not have been delivered are read from the log. */
  private void failed(Throwable defect) {
    Safely.report("delivering to the members of a group", defect);
    Safely.run("requesting a read of the log", this::onGap);
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
    flush();
  }
}
