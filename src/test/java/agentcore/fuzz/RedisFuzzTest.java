package agentcore.fuzz;

import agentcore.core.Config;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedStore;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisFuzzTest extends FuzzContract {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();

  @Override
  SharedStore open(Config config) {
    return RedisStore.on(REDIS.port()).open(config);
  }

  @Override
  long share(long all) {
    return all / 10;
  }
}
