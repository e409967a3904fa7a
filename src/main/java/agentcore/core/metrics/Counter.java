package agentcore.core.metrics;

import java.util.concurrent.atomic.LongAdder;

/** How often something happened. Safe for all threads, which do not wait for each other. */
public final class Counter {
  private final LongAdder count = new LongAdder();

  Counter() {}

  /** Counts one. */
  public void increment() {
    count.increment();
  }

  /** Counts several. */
  public void add(long more) {
    count.add(more);
  }

  long count() {
    return count.sum();
  }
}
