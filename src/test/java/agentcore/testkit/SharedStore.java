package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.memory.MemoryBackend;
import org.opentest4j.TestAbortedException;

/** The store that the servers of one test share, for any kind of backend. */
public interface SharedStore extends AutoCloseable {
  /** Creates the store of a test. */
  @FunctionalInterface
  interface Factory {
    /** Creates an empty store for servers with these settings. */
    SharedStore open(Config config);
  }

  /** Returns a backend for another server. */
  Backend backend();

  /**
   * Returns settings for a server process that uses this store. A memory store has none: the test
   * is skipped.
   */
  default Config addTo(Config config) {
    throw new TestAbortedException("a memory store cannot be shared between processes");
  }

  /** Returns a backend that belongs to no server, to observe the store of packaged servers. */
  default Backend observer() {
    throw new TestAbortedException("a memory store cannot be shared between processes");
  }

  /** Closes what the store itself holds; its backends are closed by their servers. */
  @Override
  default void close() {}

  /** Returns a memory store: all servers get the same backend. */
  static SharedStore memory(Config config) {
    Backend backend = new MemoryBackend(config.backendLimits());
    return () -> backend;
  }
}
