package agentcore.core.metrics;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts how often something happened. All threads may count, without waiting for each other. */
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

  void writeTo(Exposition out, String name, Map<String, String> labels) {
    out.sample(name, labels, (double) count.sum());
  }
}
