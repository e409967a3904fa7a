package agentcore.fuzz;

import agentcore.core.Config;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;

class RedisFuzzTest extends FuzzContract {
  @Override
  SharedStore open(Config config) {
    return SharedRedis.stores().open(config);
  }

  @Override
  long share(long all) {
    return all / 10;
  }
}
