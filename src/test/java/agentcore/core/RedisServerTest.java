package agentcore.core;

import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;

class RedisServerTest extends ServerContract {
  @Override
  SharedStore.Factory stores() {
    return SharedRedis.stores();
  }
}
