package agentcore.core.backend.memory;

import agentcore.core.backend.Accounts;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The sets of all users, guarded by one lock, under which subscribers are called. The bytes are
 * bounded together: beyond the maximum, the set that was used least recently is removed.
 */
final class MemoryAccounts implements Accounts {
  /** About what a value, or an empty set, costs beside its characters. */
  private static final int COST = 200;

  private final ReentrantLock lock = new ReentrantLock();

  /** In the order in which they were used last. */
  private final LinkedHashMap<Key, Values> sets = new LinkedHashMap<>();

  private final Subscribers subscribers;
  private final Duration ttl;
  private final long maxBytes;
  private final LongSupplier nanoTime;
  private long bytes;

  private record Key(String user, String set) {}

  private static final class Values {
    final Map<String, String> byName = new HashMap<>();
    long usedNanos;
  }

  MemoryAccounts(Subscribers subscribers, Duration ttl, long maxBytes, LongSupplier nanoTime) {
    this.subscribers = subscribers;
    this.ttl = ttl;
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
  }

  @Override
  public List<Map<String, String>> read(String user, List<String> names) {
    lock.lock();
    try {
      expire();
      return names.stream().map(name -> read(new Key(user, name))).toList();
    } finally {
      lock.unlock();
    }
  }

  private Map<String, String> read(Key key) {
    Values values = sets.get(key);
    if (values == null) {
      return Map.of();
    }
    use(key, values);
    return Map.copyOf(values.byName);
  }

  private void use(Key key, Values values) {
    values.usedNanos = nanoTime.getAsLong();
    sets.putLast(key, values);
  }

  @Override
  public Optional<String> find(String user, String set, String name) {
    lock.lock();
    try {
      expire();
      return value(new Key(user, set), name);
    } finally {
      lock.unlock();
    }
  }

  private Optional<String> value(Key key, String name) {
    Values values = sets.get(key);
    return values == null ? Optional.empty() : Optional.ofNullable(values.byName.get(name));
  }

  @Override
  public SetResult set(
      String user,
      String set,
      String name,
      Optional<String> expected,
      String value,
      int max,
      Optional<Notice> announcement) {
    lock.lock();
    try {
      expire();
      Key key = new Key(user, set);
      if (!value(key, name).equals(expected)) {
        return SetResult.OTHER;
      }
      Values values = sets.get(key);
      int others = values == null ? 0 : values.byName.size();
      if (expected.isEmpty() && others >= max) {
        return SetResult.FULL;
      }
      put(key, name, value);
      announce(user, announcement);
      return SetResult.SET;
    } finally {
      lock.unlock();
    }
  }

  private void put(Key key, String name, String value) {
    Values values =
        sets.computeIfAbsent(
            key,
            absent -> {
              bytes += COST;
              return new Values();
            });
    String before = values.byName.put(name, value);
    bytes += cost(name, value) - (before == null ? 0 : cost(name, before));
    use(key, values);
    while (bytes > maxBytes && sets.size() > 1) {
      removeOldest();
    }
  }

  private static long cost(String name, String value) {
    return COST + 2L * (name.length() + value.length());
  }

  @Override
  public boolean remove(String user, String set, String name, Optional<Notice> announcement) {
    lock.lock();
    try {
      expire();
      Key key = new Key(user, set);
      Values values = sets.get(key);
      String before = values == null ? null : values.byName.remove(name);
      if (values == null || before == null) {
        return false;
      }
      use(key, values);
      bytes -= cost(name, before);
      if (values.byName.isEmpty()) {
        sets.remove(key);
        bytes -= COST;
      }
      announce(user, announcement);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void announce(String user, Optional<Notice> announcement) {
    announcement.ifPresent(
        notice ->
            subscribers.of(GroupId.user(user)).forEach(subscriber -> subscriber.onNotice(notice)));
  }

  /** Removes the sets whose time is over: they are the first ones. */
  private void expire() {
    long nowNanos = nanoTime.getAsLong();
    while (!sets.isEmpty() && nowNanos - sets.firstEntry().getValue().usedNanos >= ttl.toNanos()) {
      removeOldest();
    }
  }

  private void removeOldest() {
    Iterator<Values> oldest = sets.values().iterator();
    Values removed = oldest.next();
    oldest.remove();
    bytes -= COST;
    removed.byName.forEach((name, value) -> bytes -= cost(name, value));
  }
}
