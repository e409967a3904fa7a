package agentcore.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.network.FaultProxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The metrics of the link to Redis. */
class RedisMetricsTest {
  private static final Map<String, String> FREE = Map.of("RATE_LIMIT_MESSAGES", "0");

  @Test
  void lostLinkAndMessagesReadAfterItAreCounted() {
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        TestServers servers =
            TestServers.start(2, FREE, RedisStore.on(redis.port(), proxy.port()));
        Clients ofWhole = new Clients(servers.get(0).port());
        Clients ofCut = new Clients(servers.get(1).port())) {
      MetricReader whole = ofWhole.metrics();
      MetricReader cut = ofCut.metrics();
      RawClient bob = ofCut.enter("bob");
      cut.await("agentcore_backend_up", 1);
      var failures = cut.get("agentcore_backend_probe_failures_total");
      proxy.cut();
      cut.await("agentcore_backend_up", 0);
      cut.await("agentcore_backend_parts_away", 1);
      cut.awaitMore("agentcore_backend_probe_failures_total", failures);
      RawClient alice = ofWhole.enter("alice");
      MetricEvent.say(alice, "one");
      MetricEvent.say(alice, "two");
      assertEquals(0, cut.get("agentcore_gap_messages_total"));
      proxy.heal();
      bob.nextJson("chat_message");
      bob.nextJson("chat_message");
      assertEquals(2, cut.get("agentcore_gap_messages_total"));
      cut.await("agentcore_backend_up", 1);
      cut.await("agentcore_backend_parts_away", 0);
      assertEquals(0, whole.get("agentcore_gap_messages_total"));
      assertEquals(1, whole.get("agentcore_backend_up"));
    }
  }

  @Test
  void roomResetIsCountedByItsReason() {
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers = TestServers.start(1, FREE, RedisStore.on(redis.port()));
        Clients clients = new Clients(servers.get(0).port())) {
      RawClient alice = clients.enter("alice");
      MetricEvent.say(alice, "one");
      redis.command("FLUSHALL");
      alice.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"two\"}}");
      String reason = alice.nextJson("room_reset").get("reason").getAsString();
      MetricReader metrics = clients.metrics();
      assertEquals(1, metrics.get("agentcore_resets_total{reason=\"" + reason + "\"}"));
      assertEquals(1, metrics.get("agentcore_resets_total"));
    }
  }
}
