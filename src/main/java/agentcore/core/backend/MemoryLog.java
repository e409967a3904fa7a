package agentcore.core.backend;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One group's log: its newest entries, and the ids that were used lately.
 *
 * <p>Invariant: the entries are consecutive and the last of them stands at {@code top}. Everything
 * happens under the lock, the telling of receivers too: so they hear entries in the log's order.
 */
final class MemoryLog {
  /** What an entry or a remembered id costs beside its text, about. */
  private static final int OVERHEAD_BYTES = 120;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Map<OnceKey, Remembered> remembered = new LinkedHashMap<>();
  private final BackendLimits limits;
  private final AtomicLong totalBytes;
  private Position top;
  private long base;
  private long lastUsedNanos;

  private record OnceKey(String user, String requestId) {}

  private record Remembered(Position position, String text, long nanos) {}

  MemoryLog(String epoch, long base, BackendLimits limits, AtomicLong totalBytes, long nowNanos) {
    this.top = new Position(epoch, base, "");
    this.base = base;
    this.limits = limits;
    this.totalBytes = totalBytes;
    this.lastUsedNanos = nowNanos;
  }

  Position top() {
    lock.lock();
    try {
      return top;
    } finally {
      lock.unlock();
    }
  }

  Receipt publish(
      String id, String text, Optional<Once> once, List<Receiver> receivers, long nowNanos) {
    lock.lock();
    try {
      expire(nowNanos);
      if (once.isPresent()) {
        Remembered earlier = remembered.get(keyOf(once.get()));
        if (earlier != null) {
          boolean same = earlier.text().equals(once.get().text());
          return new Receipt(
              same ? Receipt.Outcome.DUPLICATE : Receipt.Outcome.CONFLICT, earlier.position());
        }
      }
      String previousId = top.id();
      Entry entry = new Entry(top.epoch(), top.seq() + 1, id, text);
      append(entry, nowNanos);
      once.ifPresent(o -> remember(o, entry.position(), nowNanos));
      for (Receiver receiver : receivers) {
        receiver.entry(entry, previousId);
      }
      return new Receipt(Receipt.Outcome.APPENDED, entry.position());
    } finally {
      lock.unlock();
    }
  }

  private void append(Entry entry, long nowNanos) {
    entries.addLast(entry);
    totalBytes.addAndGet(cost(entry.text()));
    top = entry.position();
    lastUsedNanos = nowNanos;
    while (entries.size() > limits.historySize()) {
      dropOldest();
    }
  }

  private void remember(Once once, Position position, long nowNanos) {
    remembered.put(keyOf(once), new Remembered(position, once.text(), nowNanos));
    totalBytes.addAndGet(cost(once.text()));
  }

  private static OnceKey keyOf(Once once) {
    return new OnceKey(once.user(), once.requestId());
  }

  Slice read(Position from, int limit, int maxBytes, long nowNanos) {
    lock.lock();
    try {
      expire(nowNanos);
      if (!from.epoch().equals(top.epoch()) || from.seq() < base) {
        return Slice.broken(Slice.Status.EPOCH, top);
      }
      if (from.seq() > top.seq()) {
        return Slice.broken(Slice.Status.AHEAD, top);
      }
      if (from.seq() < firstSeq() - 1) {
        return Slice.broken(Slice.Status.TRIMMED, top);
      }
      Optional<String> idThere = idAt(from.seq());
      if (!from.id().isEmpty() && idThere.isPresent() && !idThere.get().equals(from.id())) {
        return Slice.broken(Slice.Status.REWRITTEN, top);
      }
      return forward(newest(top.seq() - from.seq()), limit, maxBytes);
    } finally {
      lock.unlock();
    }
  }

  private Slice forward(List<Entry> missing, int limit, int maxBytes) {
    int bytes = 0;
    int count = 0;
    while (count < Math.min(limit, missing.size())) {
      bytes += missing.get(count).text().length();
      if (bytes > maxBytes && count > 0) {
        break;
      }
      count++;
    }
    return new Slice(Slice.Status.OK, top, missing.subList(0, count), count < missing.size());
  }

  Slice history(long before, int limit, int maxBytes, long nowNanos) {
    lock.lock();
    try {
      expire(nowNanos);
      List<Entry> found = new ArrayList<>();
      int bytes = 0;
      boolean more = false;
      for (Iterator<Entry> i = entries.descendingIterator(); i.hasNext() && !more; ) {
        Entry entry = i.next();
        if (entry.seq() >= before) {
          continue;
        }
        bytes += entry.text().length();
        more = found.size() == limit || bytes > maxBytes;
        if (!more) {
          found.add(entry);
        }
      }
      Collections.reverse(found);
      return new Slice(Slice.Status.OK, top, found, more);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what is too old; says whether the log is past its time altogether. */
  boolean expire(long nowNanos) {
    lock.lock();
    try {
      Iterator<Remembered> ids = remembered.values().iterator();
      while (ids.hasNext()) {
        Remembered oldest = ids.next();
        if (nowNanos - oldest.nanos() < limits.idempotencyTtl().toNanos()) {
          break;
        }
        totalBytes.addAndGet(-cost(oldest.text()));
        ids.remove();
      }
      boolean expired = nowNanos - lastUsedNanos >= limits.historyTtl().toNanos();
      if (expired) {
        clear();
      }
      return expired && remembered.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Drops the oldest entries until so many bytes are free or none is left. */
  void trim(long bytes) {
    lock.lock();
    try {
      long until = totalBytes.get() - bytes;
      while (!entries.isEmpty() && totalBytes.get() > until) {
        dropOldest();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives back all memory; the log is not used again. */
  void discard() {
    lock.lock();
    try {
      clear();
      remembered.values().forEach(r -> totalBytes.addAndGet(-cost(r.text())));
      remembered.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when the last entry came, or the greatest value where there is nothing to trim. */
  long trimOrder() {
    lock.lock();
    try {
      return entries.isEmpty() ? Long.MAX_VALUE : lastUsedNanos;
    } finally {
      lock.unlock();
    }
  }

  private void clear() {
    while (!entries.isEmpty()) {
      dropOldest();
    }
  }

  private void dropOldest() {
    totalBytes.addAndGet(-cost(entries.removeFirst().text()));
  }

  private long firstSeq() {
    return entries.isEmpty() ? top.seq() + 1 : entries.getFirst().seq();
  }

  private Optional<String> idAt(long seq) {
    if (seq == top.seq()) {
      return Optional.of(top.id());
    }
    List<Entry> since = newest(top.seq() - seq + 1);
    return since.isEmpty() || since.getFirst().seq() != seq
        ? Optional.empty()
        : Optional.of(since.getFirst().id());
  }

  /** Returns the newest {@code count} entries, oldest first. */
  private List<Entry> newest(long count) {
    List<Entry> found = new ArrayList<>();
    Iterator<Entry> i = entries.descendingIterator();
    while (i.hasNext() && found.size() < count) {
      found.add(i.next());
    }
    Collections.reverse(found);
    return found;
  }

  private static long cost(String text) {
    return OVERHEAD_BYTES + 2L * text.length();
  }
}
