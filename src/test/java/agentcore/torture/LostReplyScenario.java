package agentcore.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import agentcore.torture.history.History;
import agentcore.torture.history.History.Ack;
import agentcore.torture.history.HistoryChecker;
import java.util.List;
import java.util.Map;

/** Drops one in five {@code ack} replies and checks that each id is stored exactly once. */
final class LostReplyScenario {
  private static final int MESSAGES = 300;
  private static final int PER_SECOND = 100;
  private static final long SEED = 4;
  private static final Map<String, String> SETTINGS = Map.of("RATE_LIMIT_MESSAGES", "0");

  private LostReplyScenario() {}

  /**
   * Runs clients over two servers until enough messages are acknowledged, then checks the
   * histories.
   */
  static void run(SharedStore.Factory store) {
    try (TestServers servers = TestServers.start(2, SETTINGS, store);
        AckDropper first = new AckDropper(servers.get(0).port(), SEED);
        AckDropper second = new AckDropper(servers.get(1).port(), SEED + 1);
        Crowd crowd =
            new Crowd(Ports.of(List.of(first.port(), second.port())), 1, 6, PER_SECOND, SEED)) {
      Await.until("enough acknowledged messages", () -> crowd.acknowledged() >= MESSAGES);
      crowd.finish(Await.DEADLINE);
      List<History> histories = crowd.histories(List.of());
      HistoryChecker.assertNoFindings("a run with lost replies", histories, crowd.problems());
      int dropped = first.dropped() + second.dropped();
      int replies = dropped + first.forwarded() + second.forwarded();
      assertEquals(0.2, (double) dropped / replies, 0.1, dropped + " of " + replies);
      long duplicates =
          histories.stream().flatMap(h -> h.acks().stream()).filter(Ack::isDuplicate).count();
      assertTrue(duplicates > 0, "no retry was acknowledged as a duplicate");
    }
  }
}
