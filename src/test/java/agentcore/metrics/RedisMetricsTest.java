package agentcore.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.network.FaultProxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The numbers that tell how it stands with Redis. */
class RedisMetricsTest {
  private static final Map<String, String> FREE = Map.of("RATE_LIMIT_MESSAGES", "0");

  @Test
  void aServerThatWasCutOffSaysSoAndHowMuchItReadAgain() {
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        TestServers servers =
            TestServers.start(2, FREE, RedisStore.on(redis.port(), proxy.port()));
        Visitors ofWhole = new Visitors(servers.get(0).port());
        Visitors ofCut = new Visitors(servers.get(1).port())) {
      Numbers whole = ofWhole.numbers();
      Numbers cut = ofCut.numbers();
      RawClient bob = ofCut.enter("bob");
      cut.await("agentcore_backend_up", 1);
      var failures = cut.get("agentcore_backend_probe_failures_total");
      proxy.cut();
      cut.await("agentcore_backend_up", 0);
      cut.awaitMore("agentcore_backend_probe_failures_total", failures);
      RawClient alice = ofWhole.enter("alice");
      Happening.say(alice, "one");
      Happening.say(alice, "two");
      assertEquals(0, cut.get("agentcore_gap_messages_total"));
      proxy.heal();
      bob.nextJson("chat_message");
      bob.nextJson("chat_message");
      assertEquals(2, cut.get("agentcore_gap_messages_total"));
      cut.await("agentcore_backend_up", 1);
      assertEquals(0, whole.get("agentcore_gap_messages_total"));
      assertEquals(1, whole.get("agentcore_backend_up"));
    }
  }

  @Test
  void aLogThatIsLostIsCountedByItsReason() {
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers = TestServers.start(1, FREE, RedisStore.on(redis.port()));
        Visitors visitors = new Visitors(servers.get(0).port())) {
      RawClient alice = visitors.enter("alice");
      Happening.say(alice, "one");
      redis.command("FLUSHALL");
      alice.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"two\"}}");
      String reason = alice.nextJson("room_reset").get("reason").getAsString();
      Numbers numbers = visitors.numbers();
      assertEquals(1, numbers.get("agentcore_resets_total{reason=\"" + reason + "\"}"));
      assertEquals(1, numbers.get("agentcore_resets_total"));
    }
  }
}
