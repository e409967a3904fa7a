package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;

class MemoryInterruptedJoinTest extends InterruptedJoinContract {
  @Override
  SharedStore open(Config config) {
    return SharedStore.memory(config);
  }
}
