package agentcore.core.backend.redis;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendLimits;
import agentcore.testkit.process.Program;
import java.time.Duration;

/** A Redis backend with a short lease, so that a test need not wait for ten seconds. */
public final class QuickRedis {
  /** A server that does not renew its lease for that long is declared dead. */
  public static final Duration LEASE =
      Program.isPackaged() ? RedisBackend.Timing.DEFAULT.lease() : Duration.ofSeconds(3);

  private static final RedisBackend.Timing TIMES =
      new RedisBackend.Timing(Duration.ofMillis(200), LEASE, Duration.ofSeconds(2));

  private QuickRedis() {}

  /** Creates a backend that is not connected. */
  public static Backend backend(String url, String prefix, BackendLimits limits) {
    return new RedisBackend(url, prefix, limits, TIMES);
  }
}
