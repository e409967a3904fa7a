package agentcore.core.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * One counter for each value of a label. The values are few and known in advance, and never a
 * client's text. Safe for all threads.
 */
public final class Counters {
  /** The value under which {@link #ofKnown} counts all values that are not known. */
  public static final String OTHER = "other";

  private final String label;
  private final Map<String, LongAdder> byValue = new ConcurrentHashMap<>();

  Counters(String label) {
    this.label = label;
  }

  /** Returns the counter of a value, which is exposed from then on, starting at 0. */
  public LongAdder of(String value) {
    return byValue.computeIfAbsent(value, v -> new LongAdder());
  }

  /**
   * Returns the counter for a value that {@link #of} made known before, and the one for {@link
   * #OTHER} for every other value. So the number of counters stays bounded.
   */
  public LongAdder ofKnown(String value) {
    LongAdder known = byValue.get(value);
    return known == null ? of(OTHER) : known;
  }

  /** Returns the sum over all values. */
  public long sum() {
    return byValue.values().stream().mapToLong(LongAdder::sum).sum();
  }

  void writeTo(Exposition out, String name) {
    new TreeMap<>(byValue)
        .forEach(
            (value, counter) -> out.sample(name, Map.of(label, value), (double) counter.sum()));
  }
}
