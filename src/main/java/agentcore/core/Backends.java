package agentcore.core;

import agentcore.core.backend.Backend;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.backend.redis.RedisBackend;

/** Constructs the backends that AgentCore comes with. */
public final class Backends {
  private Backends() {}

  /** Returns the backend that BACKEND_TYPE names, not started. */
  public static Backend of(Config config) {
    return config.text(Setting.BACKEND_TYPE).equals("redis")
        ? new RedisBackend(
            config.text(Setting.REDIS_URL),
            config.text(Setting.REDIS_CHANNEL_PREFIX),
            config.backendLimits())
        : new MemoryBackend(config.backendLimits());
  }
}
