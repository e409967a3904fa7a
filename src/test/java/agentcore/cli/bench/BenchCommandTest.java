package agentcore.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.TestServer;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.CommandLine;
import agentcore.testkit.process.FreePort;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole command against real servers, correct and faulty ones. */
class BenchCommandTest extends CommandLine {
  private static final Map<String, String> OPEN =
      Map.of("RATE_LIMIT_MESSAGES", "0", "DEFAULT_ROOM", "");

  private int run(int port, String options) {
    List<String> args = new ArrayList<>(List.of("bench", "--url", "ws://127.0.0.1:" + port));
    args.addAll(List.of(options.split(" ")));
    return run(args.toArray(String[]::new));
  }

  private JsonObject measure(TestServer server, String options) {
    int code = run(server.port(), options + " --json");
    assertEquals(0, code, err());
    assertEquals(1, out().lines().count(), out());
    return JsonParser.parseString(out()).getAsJsonObject();
  }

  private static void assertAllArrived(JsonObject figures) {
    assertTrue(figures.get("expected").getAsLong() > 0);
    for (String name :
        List.of("lost", "duplicated", "reordered", "other_rooms", "refused", "closed")) {
      assertEquals(0, figures.get(name).getAsLong(), name);
    }
  }

  @Test
  void printsEveryFigureAsOneLineOfJson() {
    try (TestServer server = TestServer.start(OPEN)) {
      JsonObject figures =
          measure(
              server,
              "--conns 20 --rooms 2 --senders 4 --idle 5 --seconds 1 --warmup 1 --server-pid "
                  + ProcessHandle.current().pid());
      assertAllArrived(figures);
      assertEquals(
          Set.of(
              "conns rooms senders rate inflight size seconds idle slow connects_per_s sent_per_s"
                  .split(" ")),
          Set.copyOf(figures.keySet().stream().limit(11).toList()));
      for (String name :
          ("delivered_per_s delivered_per_read p50_ms p90_ms p99_ms p999_ms max_ms server_cores"
                  + " server_us_per_delivery own_cores own_thread_share")
              .split(" ")) {
        assertTrue(figures.get(name).getAsDouble() > 0, name);
      }
      for (String name :
          ("server_us_per_connect server_rss_kb server_kb_per_connection sent_late_p99_ms"
                  + " bottleneck")
              .split(" ")) {
        assertTrue(figures.has(name), name); // CPU time is counted in steps of 10 ms
      }
      long deliveries = figures.get("expected").getAsLong();
      assertEquals(0, deliveries % 10, "each message goes to the ten members of its room");
      assertTrue(err().contains("measuring, 1 of 1 s: "), err());
      assertTrue(err().contains("lost of"), "the table");
    }
  }

  @Test
  void runWithARateSendsNoMoreThanThat() {
    try (TestServer server = TestServer.start(OPEN)) {
      JsonObject figures =
          measure(server, "--conns 6 --rooms 3 --rate 200 --seconds 2 --warmup 0 --size 34");
      assertAllArrived(figures);
      double perSecond = figures.get("sent_per_s").getAsDouble();
      assertTrue(
          perSecond > 0 && perSecond < 230, "on a busy machine it may be less: " + perSecond);
      assertFalse(figures.has("server_cores"), "without --server-pid it is not known");
    }
  }

  @Test
  void expectsNoMessagesAtMembersThatStopReading() {
    try (TestServer server = TestServer.start(OPEN)) {
      JsonObject figures =
          measure(
              server, "--conns 4 --slow 2 --rate 100 --seconds 1 --warmup 1 --source 127.0.0.2");
      assertAllArrived(figures);
      assertEquals(2, figures.get("slow").getAsInt());
    }
  }

  @Test
  void printsTheTableWithoutJson() {
    try (TestServer server = TestServer.start(OPEN)) {
      assertEquals(0, run(server.port(), "--conns 2 --rate 50 --seconds 1 --warmup 0"), err());
      assertTrue(out().contains("2 members in rooms of 2, 1 sending 100-byte texts"), out());
      assertTrue(out().matches("(?s).*  checked +0 lost of [1-9].*"), out());
    }
  }

  @Test
  void measuresIdleConnectionsAlone() {
    try (TestServer server = TestServer.start(OPEN)) {
      JsonObject figures = measure(server, "--conns 0 --idle 20 --seconds 1 --warmup 0");
      assertEquals(0, figures.get("expected").getAsLong());
      assertTrue(figures.get("connects_per_s").getAsDouble() > 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"LOSE, lost", "DOUBLE, duplicated", "SWAP, reordered"})
  void detectsLostDuplicatedAndReorderedMessages(LyingServer.Lie lie, String name) {
    try (TestServer server = TestServer.start(OPEN, new LyingServer(lie))) {
      JsonObject figures = measure(server, "--conns 1 --rate 200 --seconds 1 --warmup 0");
      long lies = (figures.get("expected").getAsLong() + 5) / 10;
      assertTrue(lies > 5, figures.toString());
      long found = 0;
      for (String fault : List.of("lost", "duplicated", "reordered")) {
        found += figures.get(fault).getAsLong();
      }
      assertEquals(lies, found, figures.toString());
      // A message that is held back at the very end is lost.
      assertTrue(figures.get(name).getAsLong() >= lies - 1, figures.toString());
    }
  }

  @Test
  void messagesDueWhileTheServerStallsCountTheirWholeWait() {
    try (TestServer server = TestServer.start(OPEN, new LyingServer(LyingServer.Lie.STALL))) {
      JsonObject figures = measure(server, "--conns 1 --rate 200 --seconds 1 --warmup 0");
      assertAllArrived(figures);
      // Half of the messages were due during the stall; a generator that waits would see one late.
      double stallMillis = LyingServer.STALL.toMillis();
      assertTrue(figures.get("p90_ms").getAsDouble() > stallMillis / 2, figures.toString());
      assertTrue(figures.get("max_ms").getAsDouble() > stallMillis - 50, figures.toString());
    }
  }

  @Test
  void countsAndExplainsRefusedMessages() {
    Map<String, String> limited = Map.of("RATE_LIMIT_MESSAGES", "10", "RATE_LIMIT_BURST", "20");
    try (TestServer server = TestServer.start(limited)) {
      assertEquals(0, run(server.port(), "--conns 1 --rate 50 --seconds 1 --warmup 0"), err());
      assertTrue(
          out().contains("RATE_LIMIT_EXCEEDED (start the server with RATE_LIMIT_MESSAGES=0)"),
          out());
      assertTrue(out().contains("  checked         0 lost of "), out());
    }
  }

  @Test
  void signsATokenForEachUserIfTheSecretIsGiven() {
    String secret = "0123456789abcdef0123456789abcdef";
    Map<String, String> guarded = Map.of("RATE_LIMIT_MESSAGES", "0", "AUTH_SECRET", secret);
    String options = "--conns 3 --rate 50 --seconds 1 --warmup 0";
    try (TestServer server = TestServer.start(guarded)) {
      assertEquals(1, run(server.port(), options));
      assertTrue(err().contains("(pass the server's AUTH_SECRET as --token-secret)"), err());
      assertAllArrived(measure(server, options + " --token-secret " + secret));
      assertFalse(err().contains(secret), "the secret must not be printed");
    }
  }

  @Test
  void measuresOverTlsOnlyIfTheCertificateIsTrusted(@TempDir Path folder) {
    TestKeystore keystore = TestKeystore.make(folder.resolve("key.p12"), "localhost");
    Path trust = folder.resolve("trust.p12");
    keystore.writeTrustStore(trust);
    Map<String, String> settings = new HashMap<>(OPEN);
    settings.put("TLS_KEYSTORE", keystore.file().toString());
    settings.put("TLS_PASSWORD", TestKeystore.PASSWORD);
    try (TestServer server = TestServer.start(settings)) {
      String url = "wss://127.0.0.1:" + server.port();
      String[] args =
          ("bench --json --conns 6 --size 1000 --seconds 1 --warmup 0 --url " + url).split(" ");
      List<String> trusting =
          List.of(
              "-Djavax.net.ssl.trustStore=" + trust,
              "-Djavax.net.ssl.trustStorePassword=" + TestKeystore.PASSWORD);
      try (ChildJvm bench = ChildJvm.run(trusting, args)) {
        assertEquals(0, bench.awaitExit(), bench.err()::toString);
        assertAllArrived(JsonParser.parseString(bench.out().getFirst()).getAsJsonObject());
      }
      try (ChildJvm bench = ChildJvm.run(List.of(), args)) {
        assertEquals(1, bench.awaitExit());
        assertTrue(bench.err().getLast().contains("name a trust store"), bench.err()::toString);
      }
    }
  }

  @Test
  void failsWithAHintIfTheServerRefusesConnections() {
    try (TestServer server = TestServer.start(Map.of("MAX_TOTAL_CONNECTIONS", "3"))) {
      assertEquals(1, run(server.port(), "--conns 5 --seconds 1"));
      assertTrue(err().contains("1013"), err());
      assertTrue(
          err().contains("(raise the server's MAX_TOTAL_CONNECTIONS, or check its store)"), err());
      assertEquals("", out());
    }
  }

  @Test
  void failsIfNoServerListens() {
    int port = FreePort.next();
    assertEquals(1, run(port, "--conns 5"));
    assertTrue(err().contains("agentcore bench: cannot connect: Connection refused"), err());
    assertFalse(err().contains("\tat "), "no stack trace");
  }

  @Test
  void failsIfTheServerHasNoSuchPath() {
    try (TestServer server = TestServer.start(OPEN)) {
      assertEquals(1, run(server.port(), "--url ws://127.0.0.1:" + server.port() + "/nowhere"));
      assertTrue(err().contains("the server refused the WebSocket: HTTP/1.1 404"), err());
    }
  }

  @Test
  void badOptionIsAUsageError() {
    assertEquals(2, run(1, "--conns none"));
    assertTrue(err().startsWith("agentcore bench: --conns must be an integer from 0"), err());
    assertTrue(err().contains("(see agentcore bench --help)"), err());
  }

  @Test
  void printsHelp() {
    assertEquals(0, run(1, "--help"));
    assertEquals(Options.HELP, out());
  }
}
