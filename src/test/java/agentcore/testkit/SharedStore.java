package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.MemoryBackend;

/** What the servers of one test share, whichever kind of backend it is. */
public interface SharedStore extends AutoCloseable {
  /** Makes the store of one test. */
  @FunctionalInterface
  interface Factory {
    /** Makes an empty store for servers with these settings. */
    SharedStore open(Config config);
  }

  /** Returns a backend for one more server. */
  Backend backend();

  /** Ends what the store itself holds; its backends are closed by their servers. */
  @Override
  default void close() {}

  /** Makes a store in memory: all servers get the same backend, and so act as one. */
  static SharedStore memory(Config config) {
    Backend backend = new MemoryBackend(config.backendLimits());
    return () -> backend;
  }
}
