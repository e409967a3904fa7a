package agentcore.core;

import agentcore.core.backend.Backend;
import agentcore.core.http.HttpResponse;
import agentcore.core.metrics.Jvm;
import agentcore.core.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The HTTP routes for operators: health and metrics. */
final class Monitoring {
  private final Metrics metrics;
  private final Backend backend;
  private final BooleanSupplier isServing;

  /**
   * Adds the metrics of the server as a whole.
   *
   * @param isServing whether the server accepts new connections
   */
  Monitoring(Metrics metrics, Backend backend, BooleanSupplier isServing) {
    this.metrics = metrics;
    this.backend = backend;
    this.isServing = isServing;
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
        Map.of("version", Version.text(), "java", Runtime.version().toString()));
    Jvm.addTo(metrics);
  }

  void addTo(HttpRoutes routes) {
    routes.add("/health", request -> liveness());
    routes.add("/health/live", request -> liveness());
    routes.add("/health/ready", request -> readiness());
    routes.add("/metrics", request -> numbers());
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
