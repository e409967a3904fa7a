package agentcore.torture;

import agentcore.testkit.Await;
import agentcore.torture.history.History;
import agentcore.torture.history.HistoryChecker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Two servers and a Redis under a random fault schedule. {@code -Dagentcore.seed=} repeats a run,
 * {@code -Dagentcore.seconds=} sets the duration of each kind of run.
 */
class RedisTortureTest {
  private static final int ROOMS = 4;
  private static final int PER_ROOM = 6;
  private static final int PER_SECOND = 40;
  private static final int API_PER_SECOND = 40;
  private static final Duration PATIENCE = Await.DEADLINE;

  /** Longer runs are split into rounds, because a history stays in memory until it is checked. */
  private static final long ROUND_SECONDS = 600;

  private static final long DEFAULT_SECONDS = 8;

  @Test
  void losesNothingWhenAnythingFails() {
    inRounds(true);
  }

  @Test
  void reportsMessagesThatStoreLost() {
    inRounds(false);
  }

  private static void inRounds(boolean isDurable) {
    long seed = Long.getLong("agentcore.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    long left = Long.getLong("agentcore.seconds", DEFAULT_SECONDS);
    while (left > 0) {
      run(isDurable, seed++, Duration.ofSeconds(Math.min(left, ROUND_SECONDS)));
      left -= ROUND_SECONDS;
    }
  }

  private static void run(boolean isDurable, long seed, Duration time) {
    int clients = ROOMS * PER_ROOM;
    FaultSchedule schedule =
        isDurable
            ? FaultSchedule.lossless(seed, time, clients)
            : FaultSchedule.lossy(seed, time, clients);
    String name = (isDurable ? "lossless" : "lossy") + " run, seed " + seed + ", " + time;
    System.out.println(name);
    try (Cluster cluster = Cluster.start(isDurable);
        Crowd crowd =
            new Crowd(cluster, ROOMS, PER_ROOM, PER_SECOND, seed)
                .withApiWriters(API_PER_SECOND, seed)
                .withDevicesThatGoAway()) {
      ClusterFaultInjector injector = new ClusterFaultInjector(cluster, crowd);
      FaultRunner faults = new FaultRunner(schedule, injector, crowd.problems());
      faults.run();
      crowd.finish(PATIENCE);
      List<History> histories = crowd.histories(isDurable ? List.of() : injector.lossesNanos());
      System.out.printf(
          "%s: %d messages acknowledged, %d over HTTP, %d markers and lists, %s%n",
          name,
          crowd.acknowledged(),
          crowd.acknowledgedByApi(),
          crowd.accountAnswers(),
          injector.recoveryTimes().in(histories));
      HistoryChecker.assertNoFindings(name + faults.log(), histories, crowd.problems());
    }
  }
}
