package agentcore.fuzz;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;

class MemoryFuzzTest extends FuzzContract {
  @Override
  SharedStore open(Config config) {
    return SharedStore.memory(config);
  }

  @Override
  long share(long all) {
    return all;
  }
}
