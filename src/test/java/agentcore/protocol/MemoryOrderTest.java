package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;

class MemoryOrderTest extends OrderContract {
  @Override
  SharedStore open(Config config) {
    return SharedStore.memory(config);
  }
}
