package agentcore.torture;

import agentcore.testkit.Await;
import agentcore.testkit.RateLimits;
import agentcore.testkit.SharedStore;
import agentcore.testkit.process.ServerProcess;
import agentcore.torture.history.HistoryChecker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** One server on the memory backend whose clients fail as often as possible. */
class MemoryTortureTest {
  private static final int ROOMS = 2;
  private static final int PER_ROOM = 6;
  private static final int PER_SECOND = 100;
  private static final Duration TIME = Duration.ofSeconds(5);

  private static final Map<String, String> SETTINGS =
      RateLimits.none(
          Map.of(
              "BACKEND_TYPE", "memory",
              "HISTORY_SIZE", "20000",
              "INBOX_SIZE", "20000",
              "MAX_CONNECTIONS_PER_CLIENT", "20",
              "SEND_QUEUE_BYTES", "65536"));

  @Test
  void losesNothingWhenClientsFail() {
    long seed = Long.getLong("agentcore.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    String name = "memory run, seed " + seed;
    System.out.println(name);
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.putAll(ApiWriter.SETTINGS);
    try (ServerProcess server = ServerProcess.start(settings);
        Crowd crowd =
            new Crowd(Ports.of(List.of(server.port())), ROOMS, PER_ROOM, PER_SECOND, seed)
                .withApiWriters(PER_SECOND, seed)
                .withDevicesThatGoAway()) {
      FaultSchedule schedule = FaultSchedule.ofClients(seed, TIME, ROOMS * PER_ROOM);
      FaultRunner faults =
          new FaultRunner(schedule, new ClientFaultInjector(crowd), crowd.problems());
      faults.run();
      crowd.finish(Await.DEADLINE);
      System.out.println(name + ": " + crowd.acknowledged() + " messages acknowledged");
      HistoryChecker.assertNoFindings(
          name + faults.log(), crowd.histories(List.of()), crowd.problems());
    }
  }

  @Test
  void storesEachMessageOnceWhenRepliesAreLost() {
    LostReplyScenario.run(SharedStore::memory);
  }
}
