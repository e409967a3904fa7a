package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.time.Clock;

/** Connections without sockets. */
public final class Connections {
  /** Limits that no test reaches which does not name its own. */
  public static final ConnectionLimits LIMITS =
      new ConnectionLimits(1000, 1000, 1_000_000, 100_000_000);

  private Connections() {}

  /** Makes a connection of {@code user} that is known to nobody and goes nowhere. */
  public static Connection of(String user) {
    return manager(LIMITS).newConnection(user, new RecordingWire());
  }

  /** Makes a manager on a store of its own, which has no thread. */
  public static ConnectionManager manager(ConnectionLimits limits) {
    return manager(new MemoryBackend(Config.defaults().backendLimits()), limits);
  }

  /** Makes a manager. */
  public static ConnectionManager manager(Backend backend, ConnectionLimits limits) {
    return new ConnectionManager(
        backend,
        new ConnectionRegistry(),
        new Serializer(),
        limits,
        Clock.systemUTC(),
        new Metrics());
  }
}
