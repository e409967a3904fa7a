package agentcore.core.backend.redis;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendLimits;
import agentcore.testkit.process.Program;
import java.time.Duration;

/** A backend on Redis with a short lease, so that a test need not wait for the real one. */
public final class QuickRedis {
  /**
   * After so long without a renewal a server is declared dead; a packaged one has the real time.
   */
  public static final Duration LEASE =
      Program.isPackaged() ? RedisBackend.Timing.DEFAULT.lease() : Duration.ofSeconds(3);

  private static final RedisBackend.Timing TIMES =
      new RedisBackend.Timing(Duration.ofMillis(200), LEASE, Duration.ofSeconds(2));

  private QuickRedis() {}

  /** Makes a backend that is not connected. */
  public static Backend backend(String url, String prefix, BackendLimits limits) {
    return new RedisBackend(url, prefix, limits, TIMES);
  }
}
