package agentcore.core.backend.memory;

import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.PublishResult;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.Subscribers;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

  MemoryLogs(Subscribers subscribers, BackendLimits limits, LongSupplier nanoTime) {
    this.subscribers = subscribers;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  @Override
  public Position open(GroupId group, Position known) {
    return log(group, known).top();
  }

  @Override
  public PublishResult publish(
      GroupId group, Position known, String id, String text, Optional<IdempotencyKey> key) {
    return submit(group, known, id, text, key).get();
  }

  /** Appends at once; subscribers may hold the entry back until the result is requested. */
  @Override
  public Supplier<PublishResult> submit(
      GroupId group, Position known, String id, String text, Optional<IdempotencyKey> key) {
    List<Subscriber> subscribed = subscribers.of(group);
    PublishResult result =
        log(group, known).publish(id, text, key, subscribed, nanoTime.getAsLong());
    if (totalBytes.get() > limits.historyBytes()) {
      trim();
    }
    return () -> {
      subscribed.forEach(Subscriber::flush);
      return result;
    };
  }

  @Override
  public LogPage read(GroupId group, Position from, int limit, int maxBytes) {
    return log(group, Position.UNKNOWN).read(from, limit, maxBytes, nanoTime.getAsLong());
  }

  @Override
  public LogPage history(GroupId group, long before, int limit, int maxBytes) {
    return log(group, Position.UNKNOWN).history(before, limit, maxBytes, nanoTime.getAsLong());
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
    MemoryLog log = logs.remove(group);
    if (log != null) {
      log.trim(Long.MAX_VALUE);
    }
  }

  /** Removes what has expired; a log as a whole only if the group has no subscriber. */
  void sweep() {
    for (Map.Entry<GroupId, MemoryLog> each : logs.entrySet()) {
      boolean expired = each.getValue().expire(nanoTime.getAsLong());
      if (expired && subscribers.of(each.getKey()).isEmpty()) {
        logs.remove(each.getKey(), each.getValue());
      }
    }
  }

  long totalBytes() {
    return totalBytes.get();
  }

  private MemoryLog log(GroupId group, Position known) {
    MemoryLog log = logs.get(group);
    return log != null ? log : logs.computeIfAbsent(group, id -> newLog(known));
  }

  private MemoryLog newLog(Position known) {
    String epoch = UUID.randomUUID().toString().substring(0, 8);
    return new MemoryLog(epoch, known.seq(), limits, totalBytes, nanoTime.getAsLong());
  }

  /** Frees an eighth at once, so that many messages share the cost of the search. */
  private void trim() {
    if (!trimming.tryLock()) {
      return;
    }
    try {
      long goal = limits.historyBytes() - limits.historyBytes() / 8;
      while (totalBytes.get() > goal) {
        Optional<MemoryLog> oldest =
            logs.values().stream()
                .filter(log -> log.trimOrder() != Long.MAX_VALUE)
                .min(Comparator.comparingLong(MemoryLog::trimOrder));
        if (oldest.isEmpty()) {
          return;
        }
        oldest.get().trim(totalBytes.get() - goal);
      }
    } finally {
      trimming.unlock();
    }
  }
}
