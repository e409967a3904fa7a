package agentcore.core.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * What one server counts. What happens is counted where it happens, in the fields here; what is so
 * at the moment is a {@link #gauge}, which its owner adds and which is asked when it is read.
 *
 * <p>Times are in seconds and sizes in bytes, and a counter's name ends with {@code _total}.
 * src/docs/operations.md says what to make of each. Safe for all threads.
 */
public final class Metrics {
  /** How every name begins. */
  private static final String PREFIX = "agentcore_";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private final List<Metric> metrics = new CopyOnWriteArrayList<>();

  /** WebSockets that were opened, those too that were refused with a close code. */
  public final Counter connects =
      counter("connects_total", "WebSockets that were opened, with those that were refused after.");

  /** WebSockets that ended, by close code. */
  public final Counters closes =
      counters("closes_total", "code", "WebSockets that ended, by close code.");

  /** Messages of clients, by their type where a handler is known for it. */
  public final Counters messages =
      counters("messages_received_total", "type", "Messages from clients, by type.");

  /** Errors that clients were told of. */
  public final Counters errors =
      counters("errors_total", "error_code", "Errors that clients were told, by error code.");

  /** Messages over the rate limit; whether they were answered with an error or dropped. */
  public final Counters rateLimited =
      counters(
          "rate_limit_refusals_total",
          "answer",
          "Messages over the rate limit, answered with an error or dropped.",
          "error",
          "none");

  /** From asking the store to keep a message until it did. */
  public final Histogram publishDuration =
      histogram("publish_duration_seconds", "From asking the store to keep a message to its yes.");

  /** From asking the store to keep a message until the members here were offered it. */
  public final Histogram deliveryLag =
      histogram(
          "delivery_lag_seconds",
          "From asking the store to keep a message of this server until its members were told.");

  /** Events that were offered to members of groups, one for each member. */
  public final Counter delivered =
      counter("events_delivered_total", "Events offered to members of groups, one for each.");

  /** Connections that were ended since too much waited for them. */
  public final Counter slowConsumers =
      counter("slow_consumers_total", "Connections ended because too much waited for them.");

  /** Messages that were read from a log because the news of them had not come. */
  public final Counter gapMessages =
      counter(
          "gap_messages_total", "Messages read from a log because the news of them had not come.");

  /** Returns of clients to a room, by what they were told. */
  public final Counters resumes =
      counters(
          "resumes_total",
          "recovered",
          "Clients that came back to a room, by what was said.",
          "true",
          "false");

  /** Resets of rooms that members here were told of. */
  public final Counters resets =
      counters(
          "resets_total",
          "reason",
          "Resets of rooms that members were told, by reason.",
          "rolled_back",
          "trimmed",
          "lost");

  private record Metric(String name, String type, String help, Samples samples) {}

  @FunctionalInterface
  private interface Samples {
    void writeTo(Exposition out, String name);
  }

  /** Makes metrics at zero. */
  public Metrics() {}

  private Counter counter(String name, String help) {
    Counter made = new Counter();
    counter(name, help, made::count);
    return made;
  }

  private Counters counters(String name, String label, String help, String... values) {
    Counters made = new Counters(label);
    for (String value : values) {
      made.of(value);
    }
    add(name, "counter", help, made::writeTo);
    return made;
  }

  private Histogram histogram(String name, String help) {
    Histogram made = new Histogram();
    add(name, "histogram", help, made::writeTo);
    return made;
  }

  /**
   * Adds what may rise and fall.
   *
   * @param name without the prefix, with its unit
   * @param value asked each time that the metrics are read, by any thread; must not block
   */
  public void gauge(String name, String help, DoubleSupplier value) {
    add(name, "gauge", help, (out, full) -> out.sample(full, Map.of(), value.getAsDouble()));
  }

  /** Adds a counter that somebody else keeps. */
  public void counter(String name, String help, DoubleSupplier value) {
    add(name, "counter", help, (out, full) -> out.sample(full, Map.of(), value.getAsDouble()));
  }

  /** Adds what does not change: a gauge of 1 whose labels say it. */
  public void info(String name, String help, Map<String, String> labels) {
    add(name, "gauge", help, (out, full) -> out.sample(full, labels, 1));
  }

  private void add(String name, String type, String help, Samples samples) {
    String full = PREFIX + name;
    if (!NAME.matcher(name).matches() || name.endsWith("_total") != type.equals("counter")) {
      throw new IllegalArgumentException("no name for a " + type + ": " + name);
    }
    if (metrics.stream().anyMatch(metric -> metric.name().equals(full))) {
      throw new IllegalArgumentException("there is a metric of this name already: " + name);
    }
    metrics.add(new Metric(full, type, help, samples));
  }

  /** Writes all of them in the text format of Prometheus, version 0.0.4. */
  public String text() {
    Exposition out = new Exposition();
    for (Metric metric : metrics) {
      out.describe(metric.name(), metric.type(), metric.help());
      metric.samples().writeTo(out, metric.name());
    }
    return out.toString();
  }
}
