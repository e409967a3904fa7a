package agentcore.cli.chat.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The names that were seen last. Thread-safe. When it is full, a new name replaces the oldest. */
final class RecentNames {
  private static final int MAX_NAMES = 2000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Boolean> names = new LinkedHashMap<>(16, 0.75f, true);

  /** Makes a name the newest one. */
  void add(String name) {
    lock.lock();
    try {
      if (!name.isEmpty()) {
        names.put(name, true);
      }
      if (names.size() > MAX_NAMES) {
        names.remove(names.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the names, the newest first. */
  List<String> all() {
    lock.lock();
    try {
      return new ArrayList<>(names.keySet()).reversed();
    } finally {
      lock.unlock();
    }
  }
}
