package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;

class MemoryInboxTest extends InboxContract {
  @Override
  SharedStore open(Config config) {
    return SharedStore.memory(config);
  }
}
