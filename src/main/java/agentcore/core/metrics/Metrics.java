package agentcore.core.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * The metrics of one server. An event is counted where it happens, in one of the fields here. A
 * current value is a {@link #gauge} that its owner adds, and that is evaluated when the metrics are
 * read.
 *
 * <p>Times are in seconds and sizes in bytes, and the name of a counter ends with {@code _total}.
 * src/docs/operations.md explains each metric. Safe for all threads.
 */
public final class Metrics {
  private static final String PREFIX = "agentcore_";

  private final List<Metric> metrics = new CopyOnWriteArrayList<>();

  public final LongAdder connects =
      counter("connects_total", "WebSockets opened, including those refused with a close code.");

  public final Counters closes =
      counters("closes_total", "code", "WebSockets closed, by close code.");

  public final Counters messages =
      counters("messages_received_total", "type", "Messages from clients, by type.");

  public final Counters errors =
      counters("errors_total", "error_code", "Errors sent to clients, by error code.");

  public final Counters rateLimited =
      counters(
          "rate_limit_refusals_total",
          "answer",
          "Messages over the rate limit, answered with an error or dropped.",
          "error",
          "none");

  public final Histogram publishDuration =
      histogram(
          "publish_duration_seconds", "Time from sending a message to the store to its reply.");

  public final Histogram deliveryLag =
      histogram(
          "delivery_lag_seconds",
          "Time from sending a message to the store to offering it to this server's members.");

  public final LongAdder delivered =
      counter("events_delivered_total", "Events offered to members of groups, one per member.");

  public final Counters serverEvents =
      counters(
          "server_events_total",
          "kind",
          "Events that the server's program published, sent to a user, or received.",
          "published",
          "sent",
          "received");

  public final LongAdder slowConsumers =
      counter("slow_consumers_total", "Connections closed because too much waited for them.");

  public final LongAdder gapMessages =
      counter("gap_messages_total", "Messages read from a log because their hint did not arrive.");

  public final Counters resumes =
      counters(
          "resumes_total",
          "recovered",
          "Clients that returned to a room, by whether nothing was missing.",
          "true",
          "false");

  public final Counters resets =
      counters(
          "resets_total",
          "reason",
          "Room resets sent to members, by reason.",
          "rolled_back",
          "trimmed",
          "lost");

  /** Creates metrics at zero. */
  public Metrics() {}

  private record Metric(String name, String type, String help, Samples samples) {}

  @FunctionalInterface
  private interface Samples {
    void writeTo(Exposition out, String name);
  }

  private LongAdder counter(String name, String help) {
    LongAdder count = new LongAdder();
    counter(name, help, count::sum);
    return count;
  }

  private Counters counters(String name, String label, String help, String... values) {
    Counters counters = new Counters(label);
    for (String value : values) {
      counters.of(value);
    }
    add(name, "counter", help, counters::writeTo);
    return counters;
  }

  private Histogram histogram(String name, String help) {
    Histogram histogram = new Histogram();
    add(name, "histogram", help, histogram::writeTo);
    return histogram;
  }

  /**
   * Adds a value that may rise and fall.
   *
   * @param name without the prefix, with its unit
   * @param value evaluated by any thread, whenever the metrics are read; must not block
   */
  public void gauge(String name, String help, DoubleSupplier value) {
    add(name, "gauge", help, (out, full) -> out.sample(full, Map.of(), value.getAsDouble()));
  }

  /** Adds a counter that its owner keeps. */
  public void counter(String name, String help, DoubleSupplier value) {
    add(name, "counter", help, (out, full) -> out.sample(full, Map.of(), value.getAsDouble()));
  }

  /** Adds constants: a gauge of 1 with the constants as labels. */
  public void info(String name, String help, Map<String, String> labels) {
    add(name, "gauge", help, (out, full) -> out.sample(full, labels, 1));
  }

  private void add(String name, String type, String help, Samples samples) {
    metrics.add(new Metric(PREFIX + name, type, help, samples));
  }

  /** Returns all metrics in the text format of Prometheus, version 0.0.4. */
  public String text() {
    Exposition out = new Exposition();
    for (Metric metric : metrics) {
      out.describe(metric.name(), metric.type(), metric.help());
      metric.samples().writeTo(out, metric.name());
    }
    return out.toString();
  }
}
