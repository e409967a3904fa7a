package agentcore.torture;

import agentcore.testkit.Await;
import agentcore.testkit.RedisCluster;
import agentcore.testkit.RedisProcess;
import agentcore.torture.StoreTorture.Act;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A cluster in which primaries fail, are replaced and give their slots away. */
class RedisClusterTortureTest {
  /** Longer than the time after which the other nodes declare one dead. */
  private static final int LONG_MILLIS = 5_000;

  private static final int SLOTS_PER_MIGRATION = 12;

  @Test
  void losesNothingWhileSlotsMoveAndReplicasTakeOver() {
    try (RedisCluster redis = RedisCluster.start()) {
      new StoreTorture(
              "cluster, lossless",
              redis.url(),
              redis::awaitHealthy,
              List.of(
                  new Act(
                      "fail-over", false, (servers, random) -> redis.failover(any(redis, random))),
                  new Act("slots move", false, (servers, random) -> migrate(redis, random, 0)),
                  new Act(
                      "slots move slowly", false, (servers, random) -> migrate(redis, random, 20)),
                  new Act(
                      "a replica is killed",
                      false,
                      (servers, random) -> killReplica(redis, random)),
                  new Act(
                      "a right is taken away",
                      false,
                      (servers, random) -> takeRight(redis, random)),
                  new Act(
                      "a primary pauses",
                      false,
                      (servers, random) -> pause(any(redis, random), 600)),
                  new Act("a server is killed", false, RedisClusterTortureTest::killServer)))
          .run();
    }
  }

  @Test
  void reportsWhatIsLostWhenPrimariesFail() {
    try (RedisCluster redis = RedisCluster.start()) {
      new StoreTorture(
              "cluster, lossy",
              redis.url(),
              redis::awaitHealthy,
              List.of(
                  new Act("a primary is killed", true, (servers, random) -> kill(redis, random)),
                  new Act(
                      "a replica was behind", true, (servers, random) -> killAhead(redis, random)),
                  new Act(
                      "take-over",
                      true,
                      (servers, random) -> redis.failover(any(redis, random), "TAKEOVER")),
                  new Act(
                      "a primary stops for long", true, (servers, random) -> stop(redis, random)),
                  new Act("most nodes stop", true, (servers, random) -> stopMost(redis, random)),
                  new Act(
                      "a shard is empty after a restart",
                      true,
                      (servers, random) -> restartEmpty(redis, random)),
                  new Act("slots move", false, (servers, random) -> migrate(redis, random, 0)),
                  new Act(
                      "fail-over", false, (servers, random) -> redis.failover(any(redis, random)))))
          .run();
    }
  }

  private static RedisProcess any(RedisCluster redis, Random random) {
    List<RedisProcess> primaries = redis.primaries();
    return primaries.get(random.nextInt(primaries.size()));
  }

  private static RedisProcess replicaOf(RedisCluster redis, RedisProcess primary) {
    return redis.replicaOf(primary).orElseThrow();
  }

  private static void sleep(int millis) {
    long endNanos = System.nanoTime() + millis * 1_000_000L;
    while (endNanos - System.nanoTime() > 0) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }

  private static void migrate(RedisCluster redis, Random random, int pauseMillis) {
    RedisProcess from = any(redis, random);
    List<RedisProcess> others = new ArrayList<>(redis.primaries());
    others.remove(from);
    List<Integer> filled = new ArrayList<>(redis.filledSlots(from));
    Collections.shuffle(filled, random);
    for (int slot : filled.subList(0, Math.min(SLOTS_PER_MIGRATION, filled.size()))) {
      redis.migrate(slot, from, others.get(random.nextInt(others.size())), pauseMillis);
    }
  }

  private static void killReplica(RedisCluster redis, Random random) {
    RedisProcess replica = replicaOf(redis, any(redis, random));
    replica.kill();
    sleep(500);
    replica.restart();
  }

  private static void takeRight(RedisCluster redis, Random random) {
    RedisProcess primary = any(redis, random);
    String unused = primary.command("ACL", "SETUSER", "default", "-xadd");
    sleep(500);
    unused = primary.command("ACL", "SETUSER", "default", "+xadd");
  }

  private static void pause(RedisProcess node, int millis) {
    node.pause();
    sleep(millis);
    node.resume();
  }

  private static void killServer(ServerPair servers, Random random) {
    int index = random.nextInt(servers.count());
    servers.get(index).kill();
    servers.start(index);
  }

  private static void kill(RedisCluster redis, Random random) {
    RedisProcess primary = any(redis, random);
    RedisProcess replica = replicaOf(redis, primary);
    primary.kill();
    redis.awaitPromotion(replica);
    primary.restart();
  }

  private static void killAhead(RedisCluster redis, Random random) {
    RedisProcess primary = any(redis, random);
    RedisProcess replica = replicaOf(redis, primary);
    replica.pause();
    sleep(500);
    primary.kill();
    replica.resume();
    redis.awaitPromotion(replica);
    primary.restart();
  }

  private static void stop(RedisCluster redis, Random random) {
    RedisProcess primary = any(redis, random);
    RedisProcess replica = replicaOf(redis, primary);
    primary.pause();
    redis.awaitPromotion(replica);
    sleep(LONG_MILLIS);
    primary.resume();
  }

  /** Leaves one primary that sees no other node, and refuses everything. */
  private static void stopMost(RedisCluster redis, Random random) {
    RedisProcess left = any(redis, random);
    List<RedisProcess> others = new ArrayList<>(redis.nodes());
    others.remove(left);
    others.forEach(RedisProcess::pause);
    sleep(LONG_MILLIS);
    others.forEach(RedisProcess::resume);
  }

  /** A primary and its replica lose all their data. */
  private static void restartEmpty(RedisCluster redis, Random random) {
    RedisProcess primary = any(redis, random);
    RedisProcess replica = replicaOf(redis, primary);
    replica.kill();
    primary.kill();
    sleep(LONG_MILLIS);
    primary.restart();
    replica.restart();
    Await.until("the primary", () -> redis.primaries().contains(primary));
  }
}
