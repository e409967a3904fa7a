package agentcore.core.backend;

import java.util.ArrayList;
import java.util.List;

/** Consecutive entries: added at the end, dropped at the beginning, found by their seq at once. */
final class Entries {
  private final List<Entry> list = new ArrayList<>();
  private int first;

  int size() {
    return list.size() - first;
  }

  boolean isEmpty() {
    return size() == 0;
  }

  Entry getFirst() {
    return list.get(first);
  }

  /** Returns the entry with this seq, which lies between the first's and the last's. */
  Entry get(long seq) {
    return list.get(first + (int) (seq - getFirst().seq()));
  }

  void addLast(Entry entry) {
    list.add(entry);
  }

  /** Drops the oldest; its place is reused when half of all places are empty. */
  Entry removeFirst() {
    Entry oldest = list.get(first);
    list.set(first, null);
    first++;
    if (first > list.size() / 2) {
      list.subList(0, first).clear();
      first = 0;
    }
    return oldest;
  }
}
