package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;

class RedisOrderTest extends OrderContract {
  /** Each test begins as after a start of Redis: it has to learn the scripts under load. */
  @Override
  SharedStore open(Config config) {
    String unused = SharedRedis.command("SCRIPT", "FLUSH");
    return SharedRedis.stores().open(config);
  }
}
