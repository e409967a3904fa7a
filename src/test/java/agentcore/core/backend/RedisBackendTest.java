package agentcore.core.backend;

import agentcore.testkit.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract for the store in a real Redis. Each store has a prefix of its own. */
class RedisBackendTest extends BackendContractTest {
  private static RedisProcess redis;

  private String prefix = "";
  private BackendLimits limits = LIMITS;

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @Override
  public Backend open(BackendLimits limits) {
    this.limits = limits;
    prefix = UUID.randomUUID() + ":";
    return another();
  }

  @Override
  public Backend another() {
    return managed(new RedisBackend(redis.url(), prefix, limits));
  }

  /** A real Redis keeps real time. */
  @Override
  public void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos() + Duration.ofMillis(100).toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  @Override
  public Instant now() {
    return Instant.now();
  }
}
