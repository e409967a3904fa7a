package agentcore.protocol.transcript;

import agentcore.core.Config;
import agentcore.testkit.RedisCluster;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedStore;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisClusterTranscriptTest extends TranscriptContract {
  @RegisterExtension static final RedisCluster CLUSTER = RedisCluster.start();

  @Override
  SharedStore open(Config config) {
    return RedisStore.at(CLUSTER.url()).open(config);
  }
}
