package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.group.ConnectionManager;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.time.Clock;

/** Connections without sockets. */
public final class Connections {
  /** Limits too high for a test to reach by accident. */
  public static final ConnectionLimits LIMITS =
      new ConnectionLimits(1000, 1000, 1_000_000, 100_000_000);

  private Connections() {}

  /** Creates a connection of {@code user} without a socket, unknown to any other manager. */
  public static Connection of(String user) {
    return new ConnectionRegistry(LIMITS, new Metrics()).create(user, new RecordingSocket());
  }

  /** Creates a manager on a memory backend of its own; no threads are started. */
  public static ConnectionManager manager(ConnectionLimits limits) {
    return manager(new MemoryBackend(Config.defaults().backendLimits()), limits);
  }

  /** Creates a manager. */
  public static ConnectionManager manager(Backend backend, ConnectionLimits limits) {
    Metrics metrics = new Metrics();
    return new ConnectionManager(
        backend,
        new ConnectionRegistry(limits, metrics),
        new Serializer(),
        limits,
        Clock.systemUTC(),
        metrics);
  }
}
