package agentcore.torture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.exercises.ForgetfulBackend;
import agentcore.testkit.Await;
import agentcore.testkit.TestServer;
import agentcore.torture.history.Finding;
import agentcore.torture.history.HistoryChecker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Validates the checker against a store that drops one message in a hundred. Where the server finds
 * out, it reports a reset, which the checker does not expect either.
 */
class ForgetfulStoreTest {
  private static final int MESSAGES = 300;
  private static final long SEED = 9;
  private static final Set<Finding.Kind> EXPECTED =
      Set.of(Finding.Kind.LOST, Finding.Kind.UNEXPECTED_RESET);

  @Test
  void checkerReportsAcknowledgedMessagesThatStoreDropped() {
    Config config = TestServer.config(Map.of("RATE_LIMIT_MESSAGES", "0"));
    ForgetfulBackend store = new ForgetfulBackend(new MemoryBackend(config.backendLimits()));
    try (TestServer server = TestServer.start(config, store, TestServer.chat(config));
        Crowd crowd = new Crowd(Ports.of(List.of(server.port())), 1, 6, 100, SEED)) {
      Await.until("enough acknowledged messages", () -> crowd.acknowledged() >= MESSAGES);
      crowd.finish(Await.DEADLINE);
      List<Finding> findings =
          crowd.histories(List.of()).stream()
              .flatMap(history -> HistoryChecker.check(history).stream())
              .toList();
      assertTrue(
          findings.stream().anyMatch(finding -> EXPECTED.contains(finding.kind())),
          findings.toString());
    }
  }
}
