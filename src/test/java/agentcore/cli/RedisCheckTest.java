package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.testkit.Await;
import agentcore.testkit.RedisCluster;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisSentinels;
import agentcore.testkit.process.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisCheckTest {
  private static List<String> wrong(String url) {
    Config config =
        Config.defaults().with(Setting.BACKEND_TYPE, "redis").with(Setting.REDIS_URL, url);
    return new Checks(config, Clock.systemUTC(), false).errors();
  }

  private static List<String> found(String url) {
    Config config =
        Config.defaults().with(Setting.BACKEND_TYPE, "redis").with(Setting.REDIS_URL, url);
    Checks checks = new Checks(config, Clock.systemUTC(), false);
    assertEquals(List.of(), checks.errors());
    return checks.store();
  }

  @Test
  void describesWhatTheStoreConsistsOf() {
    try (RedisProcess redis = RedisProcess.start()) {
      List<String> lines = found(redis.url());
      assertEquals(
          "one primary: 16384 of 16384 hash slots covered by 1 primaries, 0 replicas",
          lines.getFirst());
      assertTrue(lines.get(1).matches("127.0.0.1:\\d+: primary, \\w+ \\d+\\.\\d+\\.\\d+"));
    }
    try (RedisCluster redis = RedisCluster.start()) {
      String whole = "a cluster: 16384 of 16384 hash slots covered by 3 primaries, 3 replicas";
      Await.until( // a node names a replica once it has heard how far that one is
          "all replicas to be named", () -> found(redis.url()).getFirst().equals(whole));
      List<String> lines = found(redis.url());
      assertEquals(3, lines.stream().filter(line -> line.contains(": primary, ")).count());
      assertEquals(3, lines.stream().filter(line -> line.contains(": replica, ")).count());
      String other = "redis://127.0.0.1:" + redis.nodes().get(0).port() + "/1";
      assertTrue(wrong(other).getFirst().contains("a cluster, which only has database 0"));
      RedisProcess primary = redis.primaries().get(1);
      String unused = primary.command("ACL", "SETUSER", "default", "-xadd");
      assertTrue(wrong(redis.url()).getFirst().contains("+xadd"), "missing at one of them");
      unused = primary.command("ACL", "SETUSER", "default", "+xadd");
      redis.nodes().forEach(node -> deny(node, "-cluster|slots"));
      assertTrue(wrong(redis.url()).getFirst().contains("'cluster|slots'"), "not allowed to ask");
    }
    try (RedisProcess part =
        RedisProcess.start(
            "--cluster-enabled",
            "yes",
            "--cluster-port",
            port(),
            "--cluster-require-full-coverage",
            "no")) {
      String unused = part.command("CLUSTER", "ADDSLOTSRANGE", "0", "16000");
      Await.until(
          "the node to serve its slots",
          () -> wrong(part.url()).getFirst().endsWith("serves only 16001 of 16384 hash slots"));
    }
    try (RedisSentinels redis = RedisSentinels.start()) {
      List<String> lines = found(redis.url());
      assertTrue(lines.getFirst().startsWith("the primary that sentinels call store: "));
      assertTrue(wrong(redis.url() + "x").getFirst().contains("reports no primary"));
    }
  }

  private static void deny(RedisProcess node, String right) {
    String unused = node.command("ACL", "SETUSER", "default", right);
  }

  private static String port() {
    return "" + FreePort.next();
  }

  /** A server that tells its version, and nothing else. */
  @Test
  void refusesVersionsWithoutShardedPubSub() throws IOException {
    try (ServerSocket old = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(old));
      String error = wrong("redis://127.0.0.1:" + old.getLocalPort()).getFirst();
      assertTrue(
          error.endsWith(
              "has version 6.2.14, but AgentCore needs Redis 7 or newer, or Valkey 8 or newer"),
          error);
    }
  }

  private static void answer(ServerSocket old) {
    try (Socket socket = old.accept()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("*")) {
          String unused = in.readLine();
          String reply =
              in.readLine().equals("HELLO")
                  ? "*4\r\n+proto\r\n:2\r\n+version\r\n+6.2.14\r\n"
                  : "+OK\r\n";
          socket.getOutputStream().write(reply.getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException ended) {
      // the check is over
    }
  }

  @Test
  void reportsARedisThatDoesNotRespondOrRejectsThePassword() {
    try (RedisProcess redis = RedisProcess.start("--requirepass", "sesame")) {
      String url = redis.url().replace("//", "//:sesame@");
      assertEquals(List.of(), wrong(url));
      assertTrue(wrong(redis.url()).getFirst().contains("NOAUTH"), "without its password");
      assertTrue(wrong(url.replace("sesame", "other")).getFirst().contains("WRONGPASS"));
      redis.pause();
      assertTrue(wrong(url).getFirst().contains("timed out"), "while it is paused");
      redis.resume();
      assertEquals(List.of(), wrong(url));
      redis.kill();
      assertEquals(1, wrong(url).size());
      redis.restart();
    }
  }
}
