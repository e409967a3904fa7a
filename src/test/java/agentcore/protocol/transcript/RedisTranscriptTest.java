package agentcore.protocol.transcript;

import agentcore.core.Config;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.SharedStore;

class RedisTranscriptTest extends TranscriptContract {
  @Override
  SharedStore open(Config config) {
    return SharedRedis.stores().open(config);
  }
}
