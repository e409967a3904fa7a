package agentcore.core;

import agentcore.core.backend.Backend;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.connection.Safely;
import agentcore.core.dispatch.Timers;
import agentcore.core.http.HttpResponse;
import agentcore.core.metrics.Histogram;
import agentcore.core.metrics.Jvm;
import agentcore.core.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What operators see of a server: health, metrics, and a recording of the most important ones. */
final class Monitoring {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration RECORDED = Duration.ofMinutes(15);

  private final Metrics metrics;
  private final Backend backend;
  private final ConnectionRegistry registry;
  private final BooleanSupplier isServing;

  /** The newest samples, oldest first. Replaced, never changed. */
  private volatile List<MetricsSample> recent = List.of();

  /** What the delivery lag's buckets held at the last sample; only for the thread that records. */
  private long[] lagCounts;

  /**
   * Adds the metrics of the server as a whole.
   *
   * @param isServing whether the server accepts new connections
   */
  Monitoring(
      Metrics metrics, Backend backend, ConnectionRegistry registry, BooleanSupplier isServing) {
    this.metrics = metrics;
    this.backend = backend;
    this.registry = registry;
    this.isServing = isServing;
    this.lagCounts = metrics.deliveryLag.counts();
    metrics.gauge(
        "backend_up",
        "1 if the store accepts writes and delivers what is published, else 0.",
        () -> backend.isDelivering() ? 1 : 0);
    metrics.gauge(
        "backend_parts_away",
        "Primaries of the store that are away or refuse writes.",
        backend::partsAway);
    metrics.counter(
        "backend_probe_failures_total",
        "Probes through the store, one a second, that did not arrive in time.",
        backend::probeFailures);
    metrics.info(
        "build_info",
        "1; the version of AgentCore and of Java.",
        Map.of("version", version(), "java", Runtime.version().toString()));
    Jvm.addTo(metrics);
  }

  /** Returns the version that the build recorded; {@code unknown} if it did not. */
  static String version() {
    Properties properties = new Properties();
    try (InputStream in = Monitoring.class.getResourceAsStream("/agentcore/version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      // reported as unknown
    }
    return properties.getProperty("version", "unknown");
  }

  /** Takes the first sample, and the next ones at intervals. */
  void start(Timers timers) {
    Safely.run("recording", this::record); // calls gauges, which another program may have written
    timers.every(INTERVAL, "recorder", this::record);
  }

  private void record() {
    int kept = (int) RECORDED.dividedBy(INTERVAL) - 1;
    recent =
        Stream.concat(recent.stream().skip(Math.max(0, recent.size() - kept)), Stream.of(sample()))
            .toList();
  }

  /** Returns the samples of the last 15 minutes, oldest first. Any thread. */
  List<MetricsSample> recent() {
    return recent;
  }

  private MetricsSample sample() {
    long[] before = lagCounts;
    lagCounts = metrics.deliveryLag.counts();
    LongAdder published = metrics.serverEvents.of("published");
    LongAdder sent = metrics.serverEvents.of("sent");
    return new MetricsSample(
        Instant.now(),
        registry.size(),
        metrics.messages.sum() + published.sum() + sent.sum(),
        metrics.delivered.sum(),
        metrics.errors.sum(),
        registry.sendBudget().taken(),
        micros(Histogram.quantileNanos(before, lagCounts, 0.5)),
        micros(Histogram.quantileNanos(before, lagCounts, 0.99)),
        backend.isDelivering(),
        backend.partsAway());
  }

  private static long micros(long nanos) {
    return nanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMicros(nanos);
  }

  void addTo(HttpRoutes routes) {
    routes.add("GET", "/health", request -> liveness());
    routes.add("GET", "/health/live", request -> liveness());
    routes.add("GET", "/health/ready", request -> readiness());
    routes.add("GET", "/metrics", request -> numbers());
  }

  private static HttpResponse liveness() {
    return HttpResponse.text(200, "alive");
  }

  private HttpResponse readiness() {
    if (!isServing.getAsBoolean()) {
      return HttpResponse.text(503, "stopping");
    }
    if (!backend.isDelivering()) {
      return HttpResponse.text(503, "the store does not deliver");
    }
    int away = backend.partsAway();
    return HttpResponse.text(
        200, away == 0 ? "ready" : "ready, but parts of the store are away: " + away);
  }

  private HttpResponse numbers() {
    return new HttpResponse(
        200,
        Map.of(
            "Content-Type",
            "text/plain; version=0.0.4; charset=utf-8",
            "Cache-Control",
            "no-store"),
        metrics.text().getBytes(StandardCharsets.UTF_8));
  }
}
