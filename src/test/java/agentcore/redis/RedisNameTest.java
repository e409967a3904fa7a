package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server follows the host name of Redis to another address, as after a fail-over by DNS. */
class RedisNameTest {
  /** Five seconds are promised; the JVM's default cache would take 30 s. */
  private static final Duration LESS_THAN_THE_CACHE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private void lead(Path hosts, String address) throws IOException {
    Path unused = Files.writeString(hosts, address + " redis.test\n");
  }

  @Test
  void looksTheHostUpAgainForEachConnection() throws IOException {
    Path hosts = folder.resolve("hosts");
    lead(hosts, "127.0.0.1");
    try (RedisProcess first = RedisProcess.start("--bind", "127.0.0.1");
        RedisProcess second = RedisProcess.start();
        FaultProxy elsewhere = FaultProxy.to(second.port(), "127.0.0.2", first.port());
        ServerProcess server =
            ServerProcess.start(
                Map.of(
                    "RATE_LIMIT_MESSAGES",
                    "0",
                    "BACKEND_TYPE",
                    "redis",
                    "REDIS_URL",
                    "redis://redis.test:" + first.port() + "/0",
                    "JAVA_TOOL_OPTIONS",
                    "-Djdk.net.hosts.file=" + hosts));
        Guest alice = Guest.connect(server.port(), "alice")) {
      assertEquals("ack", Guest.text(alice.say("lobby", "before"), "type"));
      lead(hosts, "127.0.0.2");
      assertTrue(elsewhere.connections() == 0);
      String unused = first.command("REPLICAOF", "127.0.0.1", "" + second.port());
      Await.until(
          "a message to be stored elsewhere",
          LESS_THAN_THE_CACHE,
          () -> Guest.text(alice.say("lobby", "after"), "type").equals("ack"));
      assertTrue(elsewhere.connections() > 0);
    }
  }
}
