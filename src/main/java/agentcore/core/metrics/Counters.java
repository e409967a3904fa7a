package agentcore.core.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One counter for each value of a label. The values are few and known in advance, and never a
 * client's text. Safe for all threads.
 */
public final class Counters {
  /** The value under which {@link #ofKnown} counts all values that are not known. */
  public static final String OTHER = "other";

  private final String label;
  private final Map<String, Counter> byValue = new ConcurrentHashMap<>();

  Counters(String label) {
    this.label = label;
  }

  /** Returns the counter of a value, which is exposed from then on, starting at 0. */
  public Counter of(String value) {
    return byValue.computeIfAbsent(value, v -> new Counter());
  }

  /**
   * Returns the counter for a value that {@link #of} made known before, and the one for {@link
   * #OTHER} for every other value. So the number of counters stays bounded.
   */
  public Counter ofKnown(String value) {
    Counter known = byValue.get(value);
    return known == null ? of(OTHER) : known;
  }

  void writeTo(Exposition out, String name) {
    new TreeMap<>(byValue)
        .forEach((value, counter) -> counter.writeTo(out, name, Map.of(label, value)));
  }
}
