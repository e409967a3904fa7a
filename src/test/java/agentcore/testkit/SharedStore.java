package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.memory.MemoryBackend;
import org.opentest4j.TestAbortedException;

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

  /**
   * Returns settings of a server in a process of its own that uses this store. A store in memory
   * has none: the test is skipped.
   */
  default Config addTo(Config config) {
    throw new TestAbortedException("processes share no memory");
  }

  /** Returns a backend without a server, which sees what packaged servers do with the store. */
  default Backend observer() {
    throw new TestAbortedException("processes share no memory");
  }

  /** Ends what the store itself holds; its backends are closed by their servers. */
  @Override
  default void close() {}

  /** Makes a store in memory: all servers get the same backend, and so act as one. */
  static SharedStore memory(Config config) {
    Backend backend = new MemoryBackend(config.backendLimits());
    return () -> backend;
  }
}
