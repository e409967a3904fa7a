package agentcore.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.message.Event;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every metric moves with its event, and counts one server only. */
class MetricsTest {
  /** Metrics that only Redis moves, or the program: see {@link RedisMetricsTest}, and below. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "agentcore_server_events_total",
          "agentcore_backend_up",
          "agentcore_backend_parts_away",
          "agentcore_backend_probe_failures_total",
          "agentcore_gap_messages_total",
          "agentcore_resets_total",
          "agentcore_send_queue_limit_bytes",
          "agentcore_build_info",
          "agentcore_jvm_heap_used_bytes",
          "agentcore_jvm_heap_max_bytes",
          "agentcore_jvm_threads",
          "agentcore_process_start_time_seconds",
          "agentcore_process_max_fds");

  @TestFactory
  Stream<DynamicTest> everyMetricMovesWithItsEvent() {
    return MetricEvent.all().stream()
        .map(each -> DynamicTest.dynamicTest(each.sample(), () -> assertMoves(each)));
  }

  private static void assertMoves(MetricEvent event) {
    try (TestServer server = TestServer.start(event.settings());
        Clients clients = new Clients(server.port())) {
      MetricReader metrics = clients.metrics();
      double before = metrics.get(event.sample());
      event.act().on(clients);
      event
          .by()
          .ifPresentOrElse(
              by -> metrics.await(event.sample(), before + by),
              () -> metrics.awaitMore(event.sample(), before));
    }
  }

  @Test
  void everyMetricIsTested() {
    try (TestServer server = TestServer.start()) {
      Set<String> tried = new TreeSet<>(ELSEWHERE);
      MetricEvent.all().forEach(each -> tried.add(metricOf(each.sample())));
      assertEquals(tried, new TreeSet<>(MetricReader.of(server.port()).all().keySet()));
    }
  }

  private static String metricOf(String sample) {
    return sample.replaceFirst("\\{.*", "").replaceFirst("_seconds_(count|sum)$", "_seconds");
  }

  @Test
  void eventsOfTheProgramAreCounted() {
    try (TestServer server = TestServer.start();
        Clients clients = new Clients(server.port())) {
      MetricReader metrics = clients.metrics();
      RawClient alice = clients.enter("alice");
      var unused = server.core().room("lobby").subscribe(event -> {});
      server.core().room("lobby").publish(Event.of("hello"));
      server.core().user("alice").send(Event.of("psst"));
      server.core().user("nobody").send(Event.of("psst"));
      alice.nextJson("psst");
      for (String kind : List.of("published", "sent", "received")) {
        metrics.await("agentcore_server_events_total{kind=\"" + kind + "\"}", 1);
      }
    }
  }

  @Test
  void deliveryIsCountedForEachMember() {
    try (TestServer server = TestServer.start();
        Clients clients = new Clients(server.port())) {
      RawClient alice = clients.enter("alice");
      RawClient bob = clients.enter("bob");
      RawClient carol = clients.enter("carol");
      Stream.of(alice, bob).forEach(c -> c.nextJson("user_joined_room"));
      alice.nextJson("user_joined_room");
      MetricReader metrics = clients.metrics();
      double before = metrics.get("agentcore_events_delivered_total");
      MetricEvent.say(carol, "hello");
      alice.nextJson("chat_message");
      bob.nextJson("chat_message");
      metrics.await("agentcore_events_delivered_total", before + 3);
    }
  }

  @Test
  void twoServersInOneProcessCountSeparately() {
    try (TestServer busy = TestServer.start();
        TestServer idle = TestServer.start();
        Clients clients = new Clients(busy.port())) {
      MetricEvent.say(clients.enter("alice"), "hello");
      MetricReader.of(busy.port()).await("agentcore_events_delivered_total", 1);
      Set<String> moved =
          MetricReader.of(idle.port()).all().values().stream()
              .filter(metric -> !metric.name().matches("agentcore_(jvm|process|build|backend)_.*"))
              .filter(metric -> !metric.name().equals("agentcore_send_queue_limit_bytes"))
              .filter(metric -> metric.samples().values().stream().anyMatch(value -> value != 0))
              .map(ExpositionParser.Metric::name)
              .collect(Collectors.toSet());
      assertEquals(Set.of(), moved);
    }
  }

  @Test
  void buildAndProcessAreExposed() {
    try (TestServer server = TestServer.start(Map.of("SEND_QUEUE_TOTAL_BYTES", "7000000"))) {
      MetricReader metrics = MetricReader.of(server.port());
      assertEquals(7_000_000, metrics.get("agentcore_send_queue_limit_bytes"));
      assertEquals(1, metrics.get("agentcore_backend_up"));
      assertTrue(metrics.get("agentcore_jvm_heap_used_bytes") > 1_000_000);
      assertTrue(
          metrics.get("agentcore_jvm_heap_used_bytes")
              <= metrics.get("agentcore_jvm_heap_max_bytes"));
      assertTrue(metrics.get("agentcore_jvm_threads") > 1);
      double start = metrics.get("agentcore_process_start_time_seconds");
      assertTrue(Math.abs(start * 1000 - System.currentTimeMillis()) < 86_400_000, "" + start);
      assertTrue(
          metrics.get("agentcore_process_open_fds") < metrics.get("agentcore_process_max_fds"));
      String build = metrics.all().get("agentcore_build_info").samples().keySet().toString();
      assertTrue(build.contains("version=\"" + AgentCore.version() + '"'), build);
    }
  }

  @Test
  void headRequestHasNoBody() {
    try (TestServer server = TestServer.start()) {
      String head = MetricReader.head(server.port(), "HEAD", "/metrics");
      assertTrue(head.startsWith("HTTP/1.1 200 OK"), head);
      assertFalse(head.contains("Content-Length: 0"), head);
      assertTrue(MetricReader.head(server.port(), "POST", "/metrics").startsWith("HTTP/1.1 405 "));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/health/live", "/health/ready"})
  void adminPortIsTheOnlyPlaceOfMetricsAndHealth(String path) {
    try (TestServer server = TestServer.start(Map.of("ADMIN_PORT", "0"));
        Clients clients = new Clients(server.port())) {
      int adminPort = server.core().adminPort().orElseThrow();
      assertTrue(MetricReader.head(adminPort, "GET", path).startsWith("HTTP/1.1 200 "), path);
      assertTrue(MetricReader.head(server.port(), "GET", path).startsWith("HTTP/1.1 404 "), path);
      assertTrue(MetricReader.head(adminPort, "GET", "/ws/alice").startsWith("HTTP/1.1 404 "));
      clients.enter("alice");
      MetricReader.of(adminPort).await("agentcore_connections", 1);
    }
  }
}
