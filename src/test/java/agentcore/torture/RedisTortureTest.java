package agentcore.torture;

import agentcore.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Two servers and a Redis under a random schedule of faults. {@code -Dagentcore.seed=} repeats one,
 * {@code -Dagentcore.seconds=} says how long each kind of run takes.
 */
class RedisTortureTest {
  private static final int ROOMS = 4;
  private static final int PER_ROOM = 6;
  private static final int PER_SECOND = 40;
  private static final Duration PATIENCE = Await.DEADLINE;

  /** A longer run is made of several: all that was seen is kept until it is checked. */
  private static final long ROUND_SECONDS = 600;

  private static final long DEFAULT_SECONDS = 8;

  @Test
  void nothingIsLostWhateverFails() {
    inRounds(true);
  }

  @Test
  void whatTheStoreForgetsIsTold() {
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
    int people = ROOMS * PER_ROOM;
    FaultSchedule schedule =
        isDurable
            ? FaultSchedule.lossless(seed, time, people)
            : FaultSchedule.lossy(seed, time, people);
    String name = (isDurable ? "lossless" : "lossy") + " run, seed " + seed + ", " + time;
    System.out.println(name);
    try (Cluster cluster = Cluster.start(isDurable);
        Crowd crowd = new Crowd(cluster, ROOMS, PER_ROOM, PER_SECOND, seed)) {
      ClusterSaboteur saboteur = new ClusterSaboteur(cluster, crowd);
      Faults faults = new Faults(schedule, saboteur, crowd.problems());
      faults.run();
      crowd.finish(PATIENCE);
      List<History> histories = crowd.histories(isDurable ? List.of() : saboteur.lossesNanos());
      System.out.printf(
          "%s: %d messages acknowledged, %s%n",
          name, crowd.acknowledged(), saboteur.healTimes().in(histories));
      Verdict.of(name + faults.told(), histories, crowd.problems());
    }
  }
}
