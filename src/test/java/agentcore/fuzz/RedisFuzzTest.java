package agentcore.fuzz;

import agentcore.core.Config;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisFuzzTest extends FuzzContract {
  private static RedisProcess redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @Override
  SharedStore open(Config config) {
    return RedisStore.on(redis.port()).open(config);
  }

  @Override
  long share(long all) {
    return all / 10;
  }
}
