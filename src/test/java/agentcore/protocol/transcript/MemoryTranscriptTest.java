package agentcore.protocol.transcript;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;

class MemoryTranscriptTest extends TranscriptContract {
  @Override
  SharedStore open(Config config) {
    return SharedStore.memory(config);
  }
}
