package agentcore.core.backend.memory;

import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Draft;
import agentcore.core.backend.Entry;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The log of one group: its newest entries and the recent idempotency keys.
 *
 * <p>Invariant: the entries are consecutive and the last one is at {@code top}. The lock guards
 * every change. Subscribers are called under it too, so they receive entries in the log's order.
 */
final class MemoryLog {
  /** About what a remembered key costs. */
  private static final long REMEMBERED_BYTES = 400;

  /** About what a log costs beside its entries and keys. */
  private static final long LOG_BYTES = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Entries entries;
  private final LinkedHashMap<Request, Remembered> remembered = new LinkedHashMap<>();
  private final BackendLimits.Retention retention;
  private final long idempotencyNanos;
  private final AtomicLong totalBytes;
  private volatile Position top;
  private final long base;
  private volatile long lastUsedNanos;
  private long lastMillis;
  private boolean isRetired;

  private record Request(String user, String requestId) {}

  private record Remembered(Position position, String digest, long nanos) {}

  /**
   * Creates an empty log.
   *
   * @param base the seq before its first entry
   */
  MemoryLog(
      String epoch,
      long base,
      BackendLimits.Retention retention,
      Duration idempotencyTtl,
      AtomicLong totalBytes,
      long nowNanos) {
    this.entries = new Entries(epoch, base + 1);
    this.top = new Position(epoch, base, "");
    this.base = base;
    this.retention = retention;
    this.idempotencyNanos = idempotencyTtl.toNanos();
    this.totalBytes = totalBytes;
    this.lastUsedNanos = nowNanos;
    totalBytes.addAndGet(LOG_BYTES);
  }

  /** Returns the position of the newest entry. Takes no lock. */
  Position top() {
    return top;
  }

  /**
   * Appends an entry; empty if the log is retired.
   *
   * @param subscribers asked after {@code top} has changed, so that one who subscribes and then
   *     reads the position misses nothing
   */
  Optional<PublishResult> publish(
      Draft draft,
      Optional<IdempotencyKey> key,
      Supplier<List<Subscriber>> subscribers,
      long nowNanos) {
    lock.lock();
    try {
      if (isRetired) {
        return Optional.empty();
      }
      removeExpired(nowNanos);
      if (key.isPresent()) {
        Remembered earlier = remembered.get(requestOf(key.get()));
        if (earlier != null) {
          boolean same = earlier.digest().equals(key.get().digest());
          return Optional.of(
              new PublishResult(
                  same ? PublishResult.Outcome.DUPLICATE : PublishResult.Outcome.CONFLICT,
                  earlier.position()));
        }
      }
      String previousId = top.id();
      Entry entry = new Entry(top.epoch(), top.seq() + 1, draft.id(), draft.utf8());
      append(entry, draft, nowNanos);
      key.ifPresent(k -> remember(k, nowNanos));
      for (Subscriber subscriber : subscribers.get()) {
        subscriber.onEntry(entry, previousId);
      }
      return Optional.of(new PublishResult(PublishResult.Outcome.APPENDED, top));
    } finally {
      lock.unlock();
    }
  }

  private void append(Entry entry, Draft draft, long nowNanos) {
    String tags = draft.author().concat(draft.mentionLines()); // copies nothing without mentions
    totalBytes.addAndGet(entries.addLast(entry.id(), tags, entry.utf8()));
    top = entry.position();
    if (!draft.author().isEmpty()) {
      lastMillis = draft.millis();
    }
    lastUsedNanos = nowNanos;
    while (entries.size() > retention.entries()) {
      dropOldest();
    }
  }

  private void remember(IdempotencyKey key, long nowNanos) {
    remembered.put(requestOf(key), new Remembered(top, key.digest(), nowNanos));
    totalBytes.addAndGet(REMEMBERED_BYTES);
  }

  private static Request requestOf(IdempotencyKey key) {
    return new Request(key.user(), key.requestId());
  }

  LogPage read(Position from, int limit, int maxBytes, long nowNanos) {
    lock.lock();
    try {
      removeExpired(nowNanos);
      if (!from.epoch().equals(top.epoch()) || from.seq() < base) {
        return LogPage.broken(LogPage.Status.EPOCH, top);
      }
      if (from.seq() > top.seq()) {
        return LogPage.broken(LogPage.Status.AHEAD, top);
      }
      if (from.seq() < entries.firstSeq() - 1) {
        return LogPage.broken(LogPage.Status.TRIMMED, top);
      }
      if (!from.id().isEmpty() && from.seq() > base) {
        Optional<String> there = idAt(from.seq());
        if (!there.equals(Optional.of(from.id()))) {
          // Without the entry its id cannot be compared.
          return LogPage.broken(
              there.isEmpty() ? LogPage.Status.TRIMMED : LogPage.Status.REWRITTEN, top);
        }
      }
      return page(from.seq() + 1, 1, limit, maxBytes);
    } finally {
      lock.unlock();
    }
  }

  LogPage history(long before, int limit, int maxBytes, long nowNanos) {
    lock.lock();
    try {
      removeExpired(nowNanos);
      return page(Math.min(before - 1, top.seq()), -1, limit, maxBytes);
    } finally {
      lock.unlock();
    }
  }

  /** Collects entries from a seq on, forwards (step 1) or backwards (step -1). */
  private LogPage page(long from, int step, int limit, int maxBytes) {
    List<Entry> found = new ArrayList<>();
    long bytes = 0;
    long seq = from;
    while (isKept(seq) && found.size() < limit) {
      bytes += Entry.wireBytes(entries.textBytes(seq));
      if (bytes > maxBytes && !found.isEmpty()) {
        break;
      }
      found.add(entries.get(seq));
      seq += step;
    }
    List<Entry> oldestFirst = step > 0 ? found : found.reversed();
    return new LogPage(LogPage.Status.OK, top, oldestFirst, isKept(seq));
  }

  /** Counts as {@link agentcore.core.backend.Log#unread} does. */
  Unread unread(String reader, ReadMarks marks, long nowNanos) {
    lock.lock();
    try {
      removeExpired(nowNanos);
      Map<String, Integer> byAuthor = new HashMap<>();
      int mentions = 0;
      for (long seq = entries.firstSeq(); seq <= top.seq(); seq++) {
        String tags = entries.tags(seq);
        int end = tags.indexOf('\n');
        String author = end < 0 ? tags : tags.substring(0, end);
        Position read = marks.byAuthor().getOrDefault(author, marks.read());
        if (!author.isEmpty() && !author.equals(reader) && seq > readSeq(read)) {
          byAuthor.merge(author, 1, Integer::sum);
          mentions += end >= 0 && tags.contains(Draft.line(reader)) ? 1 : 0;
        }
      }
      return new Unread(top, byAuthor, mentions, lastMillis);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the seq that was read; a mark of another log counts for nothing. */
  private long readSeq(Position read) {
    return read.epoch().equals(top.epoch()) && read.seq() <= top.seq() ? read.seq() : 0;
  }

  private boolean isKept(long seq) {
    return seq >= entries.firstSeq() && seq <= top.seq();
  }

  /** Removes what has expired. Returns whether the log as a whole has. */
  boolean expire(long nowNanos) {
    lock.lock();
    try {
      return removeExpired(nowNanos);
    } finally {
      lock.unlock();
    }
  }

  private boolean removeExpired(long nowNanos) {
    while (!remembered.isEmpty()
        && nowNanos - remembered.firstEntry().getValue().nanos() >= idempotencyNanos) {
      forgetOldest();
    }
    boolean expired = nowNanos - lastUsedNanos >= retention.ttl().toNanos();
    while (expired && !entries.isEmpty()) {
      dropOldest();
    }
    return expired && remembered.isEmpty();
  }

  /** Removes the oldest entries, then keys, until so many bytes are free or all are removed. */
  void trim(long bytes) {
    lock.lock();
    try {
      long until = totalBytes.get() - bytes;
      while (!entries.isEmpty() && totalBytes.get() > until) {
        dropOldest();
      }
      while (!remembered.isEmpty() && totalBytes.get() > until) {
        forgetOldest();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns when the newest entry was appended. Takes no lock. */
  long lastUsedNanos() {
    return lastUsedNanos;
  }

  /** Ends the log if it is empty: no entry can follow. Returns whether it has ended. */
  boolean retire() {
    lock.lock();
    try {
      if (!isRetired && entries.isEmpty() && remembered.isEmpty()) {
        isRetired = true;
        totalBytes.addAndGet(-LOG_BYTES);
      }
      return isRetired;
    } finally {
      lock.unlock();
    }
  }

  private void forgetOldest() {
    remembered.pollFirstEntry();
    totalBytes.addAndGet(-REMEMBERED_BYTES);
  }

  private void dropOldest() {
    totalBytes.addAndGet(entries.removeFirst());
  }

  private Optional<String> idAt(long seq) {
    if (seq == top.seq()) {
      return Optional.of(top.id());
    }
    return seq < entries.firstSeq() ? Optional.empty() : Optional.of(entries.id(seq));
  }
}
