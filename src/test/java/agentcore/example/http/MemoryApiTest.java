package agentcore.example.http;

import agentcore.testkit.SharedStore;

class MemoryApiTest extends ApiContract {
  @Override
  SharedStore.Factory stores() {
    return SharedStore::memory;
  }
}
