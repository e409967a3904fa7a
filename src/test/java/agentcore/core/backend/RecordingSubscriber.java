package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A subscriber that records what it receives, and whether two threads called it at once. */
public final class RecordingSubscriber implements Subscriber {
  private final AtomicInteger gaps = new AtomicInteger();
  private static final String MARK = "{\"type\":\"mark\"}";

  private final Queue<Appended> kept = new ConcurrentLinkedQueue<>();
  private final ReentrantLock flushing = new ReentrantLock();
  private final List<Appended> entries = new CopyOnWriteArrayList<>();
  private final List<Notice> notices = new CopyOnWriteArrayList<>();
  private final AtomicInteger marks = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean overlapped;

  /** An entry as it was received. */
  public record Appended(Entry entry, String previousId) {}

  /** Subscribes a new instance. */
  public static RecordingSubscriber of(Backend backend, GroupId group) {
    RecordingSubscriber heard = new RecordingSubscriber();
    backend.log().subscribe(group, heard);
    return heard;
  }

  @Override
  public void onEntry(Entry entry, String previousId) {
    if (inside.incrementAndGet() > 1) {
      overlapped = true;
    }
    kept.add(new Appended(entry, previousId));
    inside.decrementAndGet();
  }

  /** An entry that the backend does not flush does not count as received. */
  @Override
  public void flush() {
    flushing.lock();
    try {
      for (Appended next = kept.poll(); next != null; next = kept.poll()) {
        entries.add(next);
      }
    } finally {
      flushing.unlock();
    }
  }

  @Override
  public void onGap() {
    gaps.incrementAndGet();
  }

  /** Returns how often it learned that it may have missed something. */
  public int gaps() {
    return gaps.get();
  }

  @Override
  public void onNotice(Notice notice) {
    if (notice.text().equals(MARK)) {
      marks.incrementAndGet();
    } else {
      notices.add(notice);
    }
  }

  /** Returns the numbers of the entries so far. */
  public List<Long> seqs() {
    return entries.stream().map(each -> each.entry().seq()).toList();
  }

  /** Returns the number of the last entry so far, 0 before the first. */
  public long last() {
    return entries.isEmpty() ? 0 : entries.getLast().entry().seq();
  }

  /** Returns the texts of the entries, once there are {@code count} of them. */
  public List<String> texts(int count) {
    return entries(count).stream().map(each -> each.entry().text()).toList();
  }

  /** Returns the entries, once there are {@code count} of them. */
  public List<Appended> entries(int count) {
    Await.until(count + " entries, got " + entries.size(), () -> entries.size() >= count);
    assertEquals(count, entries.size());
    return List.copyOf(entries);
  }

  /** Returns whether two threads delivered entries at once. */
  public boolean overlapped() {
    return overlapped;
  }

  /**
   * Returns the texts of all notices that {@code backend} has sent so far: sends a mark and waits
   * for it, since the notices of one server arrive in order.
   */
  public List<String> noticesUntilNow(Backend backend, GroupId group) {
    int before = marks.get();
    backend.presence().broadcast(group, Notice.everyone(MARK));
    Await.until("the mark", () -> marks.get() > before);
    return notices.stream().map(Notice::text).toList();
  }

  /** Returns the notices, once there are {@code count} of them. */
  public List<Notice> notices(int count) {
    Await.until(count + " notices, got " + notices.size(), () -> notices.size() >= count);
    assertEquals(count, notices.size());
    return List.copyOf(notices);
  }
}
