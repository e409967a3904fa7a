package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;

class MemoryMyRoomsTest extends MyRoomsContract {
  @Override
  SharedStore open(Config config) {
    return SharedStore.memory(config);
  }
}
