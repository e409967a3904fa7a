package agentcore.torture;

import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisSentinels;
import agentcore.torture.StoreTorture.Act;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A primary that sentinels replace. */
class RedisSentinelTortureTest {
  private static final Duration LONG = Duration.ofSeconds(2);

  @Test
  void reportsWhatIsLostWhenSentinelsReplaceThePrimary() {
    try (RedisSentinels redis = RedisSentinels.start()) {
      new StoreTorture(
              "sentinels",
              redis.url(),
              redis::awaitHealthy,
              List.of(
                  new Act("a primary is killed", true, (servers, random) -> kill(redis)),
                  new Act("fail-over", true, (servers, random) -> redis.failover()),
                  new Act("a primary stops for long", true, (servers, random) -> stop(redis)),
                  new Act("a sentinel is killed", false, (servers, r) -> killSentinel(redis, r))))
          .run();
    }
  }

  private static void kill(RedisSentinels redis) {
    RedisProcess primary = redis.primary();
    primary.kill();
    redis.awaitAnother(primary);
    primary.restart();
  }

  private static void stop(RedisSentinels redis) {
    RedisProcess primary = redis.primary();
    primary.pause();
    redis.awaitAnother(primary);
    pause();
    primary.resume();
  }

  private static void killSentinel(RedisSentinels redis, Random random) {
    RedisProcess sentinel = redis.sentinels().get(random.nextInt(redis.sentinels().size()));
    sentinel.kill();
    pause();
    sentinel.restart();
  }

  private static void pause() {
    long endNanos = System.nanoTime() + LONG.toNanos();
    while (endNanos - System.nanoTime() > 0) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }
}
