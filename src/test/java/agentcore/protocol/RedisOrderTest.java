package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedStore;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisOrderTest extends OrderContract {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();

  @Override
  SharedStore open(Config config) {
    return RedisStore.on(REDIS.port()).open(config);
  }
}
