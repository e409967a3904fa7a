package agentcore.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
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

/** Every number moves when its thing happens, and means this server alone. */
class MetricsTest {
  /** Those that only Redis moves are in {@link RedisMetricsTest}; the rest does not move. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "agentcore_backend_up",
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
  Stream<DynamicTest> everyNumberMovesWhenItsThingHappens() {
    return Happening.all().stream()
        .map(each -> DynamicTest.dynamicTest(each.sample(), () -> assertMoves(each)));
  }

  private static void assertMoves(Happening happening) {
    try (TestServer server = TestServer.start(happening.settings());
        Visitors visitors = new Visitors(server.port())) {
      Numbers numbers = visitors.numbers();
      double before = numbers.get(happening.sample());
      happening.act().on(visitors);
      happening
          .by()
          .ifPresentOrElse(
              by -> numbers.await(happening.sample(), before + by),
              () -> numbers.awaitMore(happening.sample(), before));
    }
  }

  @Test
  void everyNumberIsTriedSomewhere() {
    try (TestServer server = TestServer.start()) {
      Set<String> tried = new TreeSet<>(ELSEWHERE);
      Happening.all().forEach(each -> tried.add(metricOf(each.sample())));
      assertEquals(tried, new TreeSet<>(Numbers.of(server.port()).all().keySet()));
    }
  }

  private static String metricOf(String sample) {
    return sample.replaceFirst("\\{.*", "").replaceFirst("_seconds_(count|sum)$", "_seconds");
  }

  @Test
  void anEventIsDeliveredToEachMember() {
    try (TestServer server = TestServer.start();
        Visitors visitors = new Visitors(server.port())) {
      RawClient alice = visitors.enter("alice");
      RawClient bob = visitors.enter("bob");
      RawClient carol = visitors.enter("carol");
      Stream.of(alice, bob).forEach(c -> c.nextJson("user_joined_room"));
      alice.nextJson("user_joined_room");
      Numbers numbers = visitors.numbers();
      double before = numbers.get("agentcore_events_delivered_total");
      Happening.say(carol, "hello");
      alice.nextJson("chat_message");
      bob.nextJson("chat_message");
      numbers.await("agentcore_events_delivered_total", before + 3);
    }
  }

  @Test
  void twoServersInOneProcessDoNotMix() {
    try (TestServer busy = TestServer.start();
        TestServer idle = TestServer.start();
        Visitors visitors = new Visitors(busy.port())) {
      Happening.say(visitors.enter("alice"), "hello");
      Numbers.of(busy.port()).await("agentcore_events_delivered_total", 1);
      Set<String> moved =
          Numbers.of(idle.port()).all().values().stream()
              .filter(metric -> !metric.name().matches("agentcore_(jvm|process|build|backend)_.*"))
              .filter(metric -> !metric.name().equals("agentcore_send_queue_limit_bytes"))
              .filter(metric -> metric.samples().values().stream().anyMatch(value -> value != 0))
              .map(ExpositionParser.Metric::name)
              .collect(Collectors.toSet());
      assertEquals(Set.of(), moved);
    }
  }

  @Test
  void theBuildAndTheMachineAreTold() {
    try (TestServer server = TestServer.start(Map.of("SEND_QUEUE_TOTAL_BYTES", "7000000"))) {
      Numbers numbers = Numbers.of(server.port());
      assertEquals(7_000_000, numbers.get("agentcore_send_queue_limit_bytes"));
      assertEquals(1, numbers.get("agentcore_backend_up"));
      assertTrue(numbers.get("agentcore_jvm_heap_used_bytes") > 1_000_000);
      assertTrue(
          numbers.get("agentcore_jvm_heap_used_bytes")
              <= numbers.get("agentcore_jvm_heap_max_bytes"));
      assertTrue(numbers.get("agentcore_jvm_threads") > 1);
      double start = numbers.get("agentcore_process_start_time_seconds");
      assertTrue(Math.abs(start * 1000 - System.currentTimeMillis()) < 86_400_000, "" + start);
      assertTrue(
          numbers.get("agentcore_process_open_fds") < numbers.get("agentcore_process_max_fds"));
      String build = numbers.all().get("agentcore_build_info").samples().keySet().toString();
      assertTrue(build.contains("version=\"" + AgentCore.version() + '"'), build);
    }
  }

  @Test
  void aHeadIsAnsweredWithoutTheNumbers() {
    try (TestServer server = TestServer.start()) {
      String head = Numbers.head(server.port(), "HEAD", "/metrics");
      assertTrue(head.startsWith("HTTP/1.1 200 OK"), head);
      assertFalse(head.contains("Content-Length: 0"), head);
      assertTrue(Numbers.head(server.port(), "POST", "/metrics").startsWith("HTTP/1.1 405 "));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/health/live", "/health/ready"})
  void onAPortOfTheirOwnTheyAreNowhereElse(String path) {
    try (TestServer server = TestServer.start(Map.of("ADMIN_PORT", "0"));
        Visitors visitors = new Visitors(server.port())) {
      int adminPort = server.core().adminPort().orElseThrow();
      assertTrue(Numbers.head(adminPort, "GET", path).startsWith("HTTP/1.1 200 "), path);
      assertTrue(Numbers.head(server.port(), "GET", path).startsWith("HTTP/1.1 404 "), path);
      assertTrue(Numbers.head(adminPort, "GET", "/ws/alice").startsWith("HTTP/1.1 404 "));
      visitors.enter("alice");
      Numbers.of(adminPort).await("agentcore_connections", 1);
    }
  }
}
