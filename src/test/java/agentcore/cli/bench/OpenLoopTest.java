package agentcore.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.bench.socket.Swarm;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  private static final long DELAY_MILLIS = 300;

  /** Coordinated omission: a generator that is delayed itself must not hide the delay. */
  @Test
  void latencyCountsFromWhenAMessageWasDue() throws Exception {
    try (TestServer server = TestServer.start(Map.of("RATE_LIMIT_MESSAGES", "0"));
        Swarm swarm = new Swarm()) {
      Options options =
          Options.parse(
              List.of("--url", "ws://127.0.0.1:" + server.port(), "--conns", "2", "--rate", "100"));
      Setup.Names names = new Setup.Names("abc123");
      Setup setup = new Setup(options, names, swarm);
      setup.connect();
      setup.enterRooms();
      Traffic traffic = new Traffic(options, names, swarm);
      traffic.begin();
      traffic.beginMeasuring();
      long delayedUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DELAY_MILLIS);
      while (System.nanoTime() < delayedUntil) {
        LockSupport.parkNanos(delayedUntil - System.nanoTime());
      }
      traffic.runUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200));
      traffic.end();
      traffic.drain();
      Tally tally = traffic.tally();
      assertEquals(0, tally.lost());
      assertTrue(tally.expected() >= 2 * 30, "messages that were due were not sent");
      assertTrue(
          tally.latency().maxMillis() >= DELAY_MILLIS - 20, "the latency does not show the delay");
      assertTrue(
          tally.lateness().maxMillis() >= DELAY_MILLIS - 20,
          "the lateness does not show the delay");
    }
  }
}
