package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;

class MemoryReadMarkerTest extends ReadMarkerContract {
  @Override
  SharedStore open(Config config) {
    return SharedStore.memory(config);
  }
}
