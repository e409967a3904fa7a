package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.redis.RedisBackend;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two deployments on one Redis are independent. */
class IsolationTest {
  private static final Map<String, String> ONE = Map.of("MAX_TOTAL_CONNECTIONS", "1");

  @Test
  void prefixesKeepDeploymentsApart() {
    try (RedisProcess redis = RedisProcess.start()) {
      strangers(server(redis.url(), "a:"), server(redis.url(), "b:"));
      String keys = redis.command("KEYS", "*");
      assertTrue(
          keys.lines()
              .filter(line -> !line.startsWith("*") && !line.startsWith("$"))
              .allMatch(key -> key.startsWith("a:") || key.startsWith("b:")),
          keys);
    }
  }

  @Test
  void databaseNumbersKeepDeploymentsApart() {
    try (RedisProcess redis = RedisProcess.start()) {
      String url = "redis://127.0.0.1:" + redis.port();
      strangers(server(url + "/0", "ws:"), server(url + "/1", "ws:"));
      assertTrue(redis.command("INFO", "keyspace").contains("db1:"));
    }
  }

  private static TestServer server(String url, String prefix) {
    Config config = TestServer.config(ONE);
    return TestServer.start(ONE, new RedisBackend(url, prefix, config.backendLimits()));
  }

  /** Asserts that two users of the same name in the same rooms do not see each other. */
  private static void strangers(TestServer one, TestServer other) {
    try (one;
        other;
        Guest alice = Guest.connect(one.port(), "alice");
        Guest twin = Guest.connect(other.port(), "alice")) {
      alice.create("den");
      twin.create("den");
      alice.ask("private_message", "{\"target_user_id\":\"alice\",\"text\":\"psst\"}");
      alice.say("lobby", "mine");
      alice.say("den", "mine too");
      assertEquals(1, twin.say("lobby", "other").get("seq").getAsInt());
      assertEquals(1, twin.say("den", "other").get("seq").getAsInt());
      assertEquals(List.of("other"), twin.texts("lobby"));
      assertEquals(List.of("other"), twin.texts("den"));
      assertEquals(0, twin.heard(Guest.ofType("private_message")).size());
      assertEquals(0, twin.heard(Guest.ofType("user_joined_room")).size());
      String users = twin.ask("get_room_users", "{\"room\":\"lobby\"}").get("users").toString();
      assertTrue(users.contains(twin.channel()), users);
      assertTrue(!users.contains(alice.channel()), users);
    }
  }
}
