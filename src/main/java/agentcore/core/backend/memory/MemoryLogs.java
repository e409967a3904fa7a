package agentcore.core.backend.memory;

import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.Subscriber;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** All logs. Their bytes are bounded together; the log that was used least recently is trimmed. */
final class MemoryLogs implements Log {
  private final ConcurrentHashMap<GroupId, MemoryLog> logs = new ConcurrentHashMap<>();
  private final AtomicLong totalBytes = new AtomicLong();
  private final ReentrantLock trimming = new ReentrantLock();
  private final Subscribers subscribers;
  private final BackendLimits limits;
  private final LongSupplier nanoTime;
  private volatile long trimAbove;

  MemoryLogs(Subscribers subscribers, BackendLimits limits, LongSupplier nanoTime) {
    this.subscribers = subscribers;
    this.limits = limits;
    this.trimAbove = limits.historyBytes();
    this.nanoTime = nanoTime;
  }

  @Override
  public Position open(GroupId group, Position known) {
    return log(group, known).top();
  }

  /** Appends at once; subscribers may hold the entry back until the result is requested. */
  @Override
  public Supplier<PublishResult> submit(
      GroupId group, Position known, Draft draft, Optional<IdempotencyKey> key) {
    PublishResult result = append(group, known, draft, key);
    if (totalBytes.get() > trimAbove) {
      trim();
    }
    return () -> {
      subscribers.of(group).forEach(Subscriber::flush);
      return result;
    };
  }

  private PublishResult append(
      GroupId group, Position known, Draft draft, Optional<IdempotencyKey> key) {
    Optional<PublishResult> result = Optional.empty();
    while (result.isEmpty()) { // the log was removed at this moment: a new one begins
      result =
          log(group, known).publish(draft, key, () -> subscribers.of(group), nanoTime.getAsLong());
    }
    return result.get();
  }

  @Override
  public LogPage read(GroupId group, Position from, int limit, int maxBytes) {
    return find(group)
        .map(log -> log.read(from, limit, maxBytes, nanoTime.getAsLong()))
        .orElseGet(() -> LogPage.broken(LogPage.Status.EPOCH, Position.UNKNOWN));
  }

  @Override
  public LogPage history(GroupId group, long before, int limit, int maxBytes) {
    return find(group)
        .map(log -> log.history(before, limit, maxBytes, nanoTime.getAsLong()))
        .orElseGet(() -> LogPage.broken(LogPage.Status.OK, Position.UNKNOWN));
  }

  @Override
  public List<Unread> unread(String reader, List<ReadMarks> marks) {
    return marks.stream()
        .map(
            each ->
                find(each.group())
                    .map(log -> log.unread(reader, each, nanoTime.getAsLong()))
                    .orElse(Unread.NOTHING))
        .toList();
  }

  /** Returns the position of the newest entry of a log; UNKNOWN if there is no log. */
  Position top(GroupId group) {
    return find(group).map(MemoryLog::top).orElse(Position.UNKNOWN);
  }

  private Optional<MemoryLog> find(GroupId group) {
    return Optional.ofNullable(logs.get(group));
  }

  @Override
  public void subscribe(GroupId group, Subscriber subscriber) {
    subscribers.add(group, subscriber);
  }

  @Override
  public void unsubscribe(GroupId group, Subscriber subscriber) {
    subscribers.remove(group, subscriber);
  }

  /** Removes the log of a group that does not exist any more. */
  void drop(GroupId group) {
    MemoryLog log = logs.get(group);
    if (log != null) {
      do {
        log.trim(Long.MAX_VALUE);
      } while (!log.retire());
      logs.remove(group, log);
    }
  }

  /** Removes what has expired; a log as a whole only if the group has no subscriber. */
  void sweep() {
    logs.forEach(
        (group, log) -> {
          if (log.expire(nanoTime.getAsLong())) {
            removeIfUnused(group, log);
          }
        });
  }

  /** Removes an empty log unless somebody is subscribed, who would miss that seq continues. */
  private void removeIfUnused(GroupId group, MemoryLog log) {
    if (subscribers.of(group).isEmpty() && log.retire()) {
      logs.remove(group, log);
    }
  }

  long totalBytes() {
    return totalBytes.get();
  }

  private MemoryLog log(GroupId group, Position known) {
    MemoryLog log = logs.get(group);
    return log != null
        ? log
        : logs.computeIfAbsent(group, id -> newLog(known, limits.retention(id.kind())));
  }

  private MemoryLog newLog(Position known, BackendLimits.Retention retention) {
    String epoch = UUID.randomUUID().toString().substring(0, 8);
    return new MemoryLog(
        epoch, known.seq(), retention, limits.idempotencyTtl(), totalBytes, nanoTime.getAsLong());
  }

  /** A log, and when it was used last: the time must not change while logs are sorted by it. */
  private record Used(GroupId group, MemoryLog log, long nanos) {}

  /**
   * Frees an eighth at once, so that many messages share the cost of sorting the logs. A user's log
   * that is empty then, and that nobody is subscribed to, is removed: there may be any number of
   * users.
   */
  private void trim() {
    if (!trimming.tryLock()) {
      return;
    }
    try {
      long eighth = limits.historyBytes() / 8;
      long goal = limits.historyBytes() - eighth;
      trimAbove = limits.historyBytes();
      List<Used> oldestFirst =
          logs.entrySet().stream()
              .map(
                  each -> new Used(each.getKey(), each.getValue(), each.getValue().lastUsedNanos()))
              .sorted(Comparator.comparingLong(Used::nanos))
              .toList();
      for (Used each : oldestFirst) {
        if (totalBytes.get() <= goal) {
          return;
        }
        each.log().trim(totalBytes.get() - goal);
        if (each.group().kind() == GroupId.Kind.USER) {
          removeIfUnused(each.group(), each.log());
        }
      }
      if (totalBytes.get() > limits.historyBytes()) { // empty logs of connected users, for example
        trimAbove = totalBytes.get() + eighth; // else each message would pay for the sorting
      }
    } finally {
      trimming.unlock();
    }
  }
}
