package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.network.Relay;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.FreePort;
import agentcore.testkit.process.ServerProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logging in to Redis, and what the server reports when it cannot. */
class RedisUrlTest {
  private static final String PASSWORD = "sesame-4711";

  @Test
  void usesPasswordAndDatabaseAndLogsNoPassword() {
    try (RedisProcess redis = RedisProcess.start("--requirepass", PASSWORD);
        ServerProcess server =
            ServerProcess.start(settings("redis://:" + PASSWORD + "@", redis.port(), 3))) {
      try (Guest alice = Guest.connect(server.port(), "alice")) {
        assertEquals("ack", Guest.text(alice.say("lobby", "in"), "type"));
        redis.kill();
        redis.restart();
        alice.sayUntilStored("lobby", "in again");
      }
      server.terminate();
      assertEquals(0, server.awaitExit(Await.DEADLINE));
      assertFalse(server.output().contains(PASSWORD), server.output());
    }
  }

  @Test
  void usesTheUserInTheUrl() {
    try (RedisProcess redis =
            RedisProcess.start(
                "--user",
                "chat",
                "on",
                ">" + PASSWORD,
                "~*",
                "&*",
                "+@all",
                "--user",
                "default",
                "off");
        ServerProcess server =
            ServerProcess.start(settings("redis://chat:" + PASSWORD + "@", redis.port(), 0));
        Guest alice = Guest.connect(server.port(), "alice")) {
      assertEquals("ack", Guest.text(alice.say("lobby", "in"), "type"));
      assertFalse(server.output().contains(PASSWORD), server.output());
    }
  }

  @Test
  void startFailsOnAWrongPasswordWithoutShowingIt() {
    try (RedisProcess redis = RedisProcess.start("--requirepass", PASSWORD)) {
      String output = failedStart(settings("redis://:wrong-" + PASSWORD + "@", redis.port(), 0));
      assertFalse(output.contains(PASSWORD), output);
      assertTrue(output.contains("127.0.0.1:" + redis.port()), output);
    }
  }

  @Test
  void startFailsSoonWithoutRedisAndSaysWhy() {
    int free = FreePort.next();
    String output = failedStart(settings("redis://user:" + PASSWORD + "@", free, 0));
    assertTrue(output.contains("Redis at 127.0.0.1:" + free + " is not reachable"), output);
    assertFalse(output.contains(PASSWORD), output);
    assertEquals(1, output.lines().filter(line -> line.startsWith("agentcore: ")).count(), output);
  }

  @Test
  void startFailsSoonIfRedisIsSilent() {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.pause();
      String output = failedStart(settings("redis://", redis.port(), 0));
      assertTrue(output.contains("is not reachable"), output);
    }
  }

  @Test
  void usesTlsForRedissAndVerifiesTheHostName(@TempDir Path folder) {
    TestKeystore mine = TestKeystore.make(folder.resolve("mine.p12"), "localhost");
    TestKeystore foreign = TestKeystore.make(folder.resolve("foreign.p12"), "elsewhere.example");
    try (RedisProcess redis = RedisProcess.start("--requirepass", PASSWORD);
        Relay good = Relay.withTls(redis.port(), mine);
        Relay misnamed = Relay.withTls(redis.port(), foreign)) {
      try (ServerProcess server = ServerProcess.start(secure(good, mine));
          Guest alice = Guest.connect(server.port(), "alice")) {
        assertEquals("ack", Guest.text(alice.say("lobby", "in"), "type"));
      }
      for (Map<String, String> wrong : List.of(secure(good, foreign), secure(misnamed, foreign))) {
        String output = failedStart(wrong);
        assertTrue(output.contains("is not reachable"), output);
        assertFalse(output.contains(PASSWORD), output);
      }
    }
  }

  /** The settings for Redis behind {@code proxy}, and a JVM that trusts {@code trusted}. */
  private static Map<String, String> secure(Relay proxy, TestKeystore trusted) {
    Path store = trusted.file().resolveSibling("trust-" + trusted.file().getFileName());
    trusted.writeTrustStore(store);
    Map<String, String> settings =
        new HashMap<>(settings("rediss://:" + PASSWORD + "@", proxy.port(), 0));
    settings.put(
        "JAVA_TOOL_OPTIONS",
        "-Djavax.net.ssl.trustStore="
            + store
            + " -Djavax.net.ssl.trustStorePassword="
            + TestKeystore.PASSWORD);
    return settings;
  }

  private static Map<String, String> settings(String beginning, int port, int database) {
    String url = beginning + "127.0.0.1:" + port + "/" + database;
    return Map.of("BACKEND_TYPE", "redis", "REDIS_URL", url, "LOG_LEVEL", "DEBUG");
  }

  private static String failedStart(Map<String, String> settings) {
    try (ServerProcess server = ServerProcess.launch(settings)) {
      assertEquals(1, server.awaitExit(Await.DEADLINE));
      return server.output();
    }
  }
}
