package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;

class RedisOrderTest extends OrderContract {
  /** Flushes the scripts, so that each test loads them under load, as after a Redis restart. */
  @Override
  SharedStore open(Config config) {
    String unused = SharedRedis.command("SCRIPT", "FLUSH");
    return SharedRedis.stores().open(config);
  }
}
