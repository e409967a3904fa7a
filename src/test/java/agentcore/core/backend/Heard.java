package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A receiver that writes down what it hears, and whether it was called by two at once. */
public final class Heard implements Subscriber {
  private static final String MARK = "{\"type\":\"mark\"}";

  private final Queue<Appended> kept = new ConcurrentLinkedQueue<>();
  private final ReentrantLock flushing = new ReentrantLock();
  private final List<Appended> entries = new CopyOnWriteArrayList<>();
  private final List<Notice> signals = new CopyOnWriteArrayList<>();
  private final AtomicInteger marks = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean overlapped;

  /** An entry as it was heard. */
  public record Appended(Entry entry, String previousId) {}

  /** Subscribes a new receiver. */
  public static Heard of(Backend backend, GroupId group) {
    Heard heard = new Heard();
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

  /** What the backend forgets to have passed on was not heard. */
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
  public void onGap() {}

  @Override
  public void onNotice(Notice signal) {
    if (signal.text().equals(MARK)) {
      marks.incrementAndGet();
    } else {
      signals.add(signal);
    }
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

  /** Says whether entries were told by two threads at once. */
  public boolean overlapped() {
    return overlapped;
  }

  /**
   * Returns the texts of all signals that {@code backend} caused until now: what comes before a
   * mark, since signals of one server are told in their order.
   */
  public List<String> signalsUntilNow(Backend backend, GroupId group) {
    int before = marks.get();
    backend.presence().broadcast(group, Notice.everyone(MARK));
    Await.until("the mark", () -> marks.get() > before);
    return signals.stream().map(Notice::text).toList();
  }

  /** Returns the signals, once there are {@code count} of them. */
  public List<Notice> signals(int count) {
    Await.until(count + " signals, got " + signals.size(), () -> signals.size() >= count);
    assertEquals(count, signals.size());
    return List.copyOf(signals);
  }
}
