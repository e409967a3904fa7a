package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;

class MemoryHostileAccountTest extends HostileAccountContract {
  @Override
  SharedStore open(Config config) {
    return SharedStore.memory(config);
  }
}
