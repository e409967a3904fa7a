package agentcore.core.backend.redis;

import agentcore.testkit.RedisCluster;
import agentcore.testkit.RedisProcess;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract for a cluster of three primaries. */
class RedisClusterContractTest extends RedisContractTest {
  @RegisterExtension static final RedisCluster CLUSTER = RedisCluster.start();

  @Override
  String url() {
    return CLUSTER.url();
  }

  /** Runs a command at every primary and returns the last reply. */
  @Override
  String command(String... words) {
    String last = "";
    for (RedisProcess primary : CLUSTER.primaries()) {
      last = primary.command(words);
    }
    return last;
  }
}
