package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;

class RedisInterruptedJoinTest extends InterruptedJoinContract {
  @Override
  SharedStore open(Config config) {
    return SharedRedis.stores().open(config);
  }
}
