package agentcore.example.http;

import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;

class RedisApiTest extends ApiContract {
  @Override
  SharedStore.Factory stores() {
    return SharedRedis.stores();
  }
}
