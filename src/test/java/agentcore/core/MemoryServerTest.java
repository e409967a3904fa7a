package agentcore.core;

import agentcore.testkit.SharedStore;

class MemoryServerTest extends ServerContract {
  @Override
  SharedStore.Factory stores() {
    return SharedStore::memory;
  }
}
