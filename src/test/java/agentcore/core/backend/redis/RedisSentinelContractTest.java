package agentcore.core.backend.redis;

import agentcore.testkit.RedisSentinels;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract for a primary that sentinels name. */
class RedisSentinelContractTest extends RedisContractTest {
  @RegisterExtension static final RedisSentinels SENTINELS = RedisSentinels.start();

  @Override
  String url() {
    return SENTINELS.url();
  }

  @Override
  String command(String... words) {
    return SENTINELS.primary().command(words);
  }
}
