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

/** All logs in memory, together bounded in bytes: over it, the oldest log is trimmed first. */
final class MemoryLogs implements Log {
  private final ConcurrentHashMap<GroupId, MemoryLog> logs = new ConcurrentHashMap<>();
  private final AtomicLong totalBytes = new AtomicLong();
  private final ReentrantLock trimming = new ReentrantLock();
  private final Subscribers subscriptions;
  private final BackendLimits limits;
  private final LongSupplier nanoTime;

  MemoryLogs(Subscribers subscriptions, BackendLimits limits, LongSupplier nanoTime) {
    this.subscriptions = subscriptions;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  @Override
  public Position open(GroupId group, Position known) {
    return log(group, known).top();
  }

  @Override
  public PublishResult publish(
      GroupId group, Position known, String id, String text, Optional<IdempotencyKey> once) {
    return submit(group, known, id, text, once).get();
  }

  /** Appends at once; those who hear it may keep it until the receipt is asked for. */
  @Override
  public Supplier<PublishResult> submit(
      GroupId group, Position known, String id, String text, Optional<IdempotencyKey> once) {
    List<Subscriber> receivers = subscriptions.of(group);
    PublishResult receipt =
        log(group, known).publish(id, text, once, receivers, nanoTime.getAsLong());
    if (totalBytes.get() > limits.historyBytes()) {
      trim();
    }
    return () -> {
      receivers.forEach(Subscriber::flush);
      return receipt;
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
  public void subscribe(GroupId group, Subscriber receiver) {
    subscriptions.add(group, receiver);
  }

  @Override
  public void unsubscribe(GroupId group, Subscriber receiver) {
    subscriptions.remove(group, receiver);
  }

  /** Drops the log of a group that is no more. */
  void drop(GroupId group) {
    MemoryLog log = logs.remove(group);
    if (log != null) {
      log.discard();
    }
  }

  /** Forgets what is past its time; a log as a whole only where nobody has it open. */
  void sweep() {
    for (Map.Entry<GroupId, MemoryLog> each : logs.entrySet()) {
      boolean past = each.getValue().expire(nanoTime.getAsLong());
      if (past && subscriptions.of(each.getKey()).isEmpty()) {
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

  /** Frees an eighth at once, so that the search for the oldest is paid for many messages. */
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
