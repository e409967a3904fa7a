package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /health/ready} depends on Redis; {@code /health/live} does not. */
class ReadinessTest {
  private final RedisProcess redis = RedisProcess.start();
  private SharedStore store;
  private TestServer server;

  @BeforeEach
  void start() {
    store = RedisStore.on(redis.port()).open(TestServer.config(Map.of()));
    server = TestServer.start(Map.of(), store.backend());
    awaitReady(200);
  }

  @AfterEach
  void stop() {
    server.close();
    store.close();
    redis.close();
  }

  private int status(String path) {
    try (RawClient client = RawClient.open(server.port())) {
      client.sendBytes(
          ("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      return Integer.parseInt(client.readHead().split(" ", -1)[1]);
    }
  }

  private void awaitReady(int status) {
    Await.until("/health/ready to be " + status, () -> status("/health/ready") == status);
  }

  @Test
  void isNotReadyWhenRedisAnswersButDeliversNothing() {
    redis.command("ACL", "SETUSER", "default", "resetchannels");
    assertTrue(redis.command("PING").startsWith("+PONG"));
    awaitReady(503);
    assertEquals(200, status("/health/live"));
    redis.command("ACL", "SETUSER", "default", "allchannels");
    awaitReady(200);
  }

  @Test
  void isNotReadyWhileRedisIsAway() {
    redis.kill();
    awaitReady(503);
    assertEquals(200, status("/health/live"));
    redis.restart();
    awaitReady(200);
  }
}
