package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;

class RedisReadMarkerTest extends ReadMarkerContract {
  @Override
  SharedStore open(Config config) {
    return SharedRedis.stores().open(config);
  }
}
