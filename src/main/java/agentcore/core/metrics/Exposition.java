package agentcore.core.metrics;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The text that Prometheus reads, version 0.0.4: for each metric two lines that describe it, then
 * its samples, one a line.
 */
final class Exposition {
  private final StringBuilder text = new StringBuilder();

  /** Begins a metric. */
  void describe(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(escaped(help)).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  void sample(String name, Map<String, String> labels, double value) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(written(labels)).append('}');
    }
    text.append(' ').append(number(value)).append('\n');
  }

  private static String written(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + "=\"" + escapedValue(label.getValue()) + '"')
            .collect(Collectors.joining(","));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static String escapedValue(String value) {
    return escaped(value).replace("\"", "\\\"");
  }

  /** Writes a number without an exponent, and without a fraction where it has none. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == 0 ? "0" : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
