package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.core.backend.Store;
import agentcore.core.backend.redis.cluster.Topology;
import agentcore.testkit.Await;
import agentcore.testkit.RedisCluster;
import agentcore.testkit.RedisProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What one caller submits first is appended first, wherever the slot goes meanwhile. */
class ClusterOrderTest {
  private static final int IN_FLIGHT = 64;
  private static final int ROOMS = 4;
  private static final int ROUNDS = Integer.getInteger("agentcore.rounds", 2);

  @Test
  void theOrderOfOneCallerSurvivesMigrationsAndFailovers() throws InterruptedException {
    BackendLimits limits = Store.limits(Setting.IDEMPOTENCY_TTL, Duration.ofSeconds(3));
    try (RedisCluster redis = RedisCluster.start();
        RedisBackend backend = new RedisBackend(redis.url(), "order:", limits)) {
      backend.start();
      List<Talker> talkers = new ArrayList<>();
      for (int i = 0; i < ROOMS; i++) {
        talkers.add(new Talker(backend, new GroupId(GroupId.Kind.ROOM, "room-" + i)));
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Talker talker : talkers) {
          talker.awaitMore();
          migrate(redis, talker.group, round);
        }
        redis.failover(redis.primaries().get(round % 3));
      }
      for (Talker talker : talkers) {
        talker.awaitMore();
        talker.finish();
      }
    }
  }

  private static void migrate(RedisCluster redis, GroupId group, int round) {
    int slot = Topology.slot(new Keys("order:", 0).log(group));
    RedisProcess owner = redis.owner(slot);
    List<RedisProcess> others = new ArrayList<>(redis.primaries());
    others.remove(owner);
    redis.migrate(slot, owner, others.get(round % others.size()), round % 3);
  }

  /** Publishes to one room, with many publishes in flight. */
  private static final class Talker implements Runnable {
    private final RedisBackend backend;
    private final GroupId group;
    private final Thread thread = Thread.ofPlatform().unstarted(this);
    private final List<Long> seqs = new ArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private volatile boolean isFinished;
    private volatile Optional<Throwable> failure = Optional.empty();

    Talker(RedisBackend backend, GroupId group) {
      this.backend = backend;
      this.group = group;
      thread.start();
    }

    @Override
    public void run() {
      try {
        publish(open());
      } catch (Throwable defect) {
        failure = Optional.of(defect);
      }
    }

    private Position open() {
      while (true) {
        try {
          return backend.log().open(group, Position.UNKNOWN);
        } catch (BackendException late) {
          // a busy machine: once more
        }
      }
    }

    private void publish(Position known) {
      ArrayDeque<Supplier<PublishResult>> begun = new ArrayDeque<>();
      for (int i = 0; !isFinished; i++) {
        Optional<IdempotencyKey> key = // for some: their third key exists later
            i % 10 == 0
                ? Optional.of(new IdempotencyKey("user", "id-" + i, "digest"))
                : Optional.empty();
        submit(known, i, key).ifPresent(begun::add);
        if (begun.size() == IN_FLIGHT) {
          finish(begun.poll());
          LockSupport.parkNanos(50_000);
        }
      }
      begun.forEach(this::finish);
    }

    private Optional<Supplier<PublishResult>> submit(
        Position known, int number, Optional<IdempotencyKey> key) {
      try {
        return Optional.of(
            backend.log().submit(group, known, new Draft(group.id() + "-" + number, "{}"), key));
      } catch (BackendException refused) { // the queue is crowded, and the reply was awaited
        return Optional.empty();
      }
    }

    private void finish(Supplier<PublishResult> one) {
      try {
        seqs.add(one.get().position().seq());
        acknowledged.incrementAndGet();
      } catch (BackendException refused) {
        // it has no position, and what follows is not affected
      }
    }

    void awaitMore() {
      int before = acknowledged.get();
      Await.until(
          "messages",
          () -> {
            failure.ifPresent(
                defect -> {
                  throw new AssertionError(defect);
                });
            return acknowledged.get() > before + 2 * IN_FLIGHT;
          });
    }

    void finish() throws InterruptedException {
      isFinished = true;
      thread.join();
      assertTrue(seqs.size() > ROUNDS * IN_FLIGHT);
      assertEquals(seqs.stream().sorted().distinct().toList(), seqs, group.id());
    }
  }
}
