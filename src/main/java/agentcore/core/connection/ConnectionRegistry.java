package agentcore.core.connection;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** This server's connections, by channel. Safe for all threads. */
public final class ConnectionRegistry {
  private final ConcurrentHashMap<String, Connection> byChannel = new ConcurrentHashMap<>();

  /** Makes an empty registry. */
  public ConnectionRegistry() {}

  void add(Connection connection) {
    byChannel.put(connection.channel(), connection);
  }

  boolean remove(Connection connection) {
    return byChannel.remove(connection.channel(), connection);
  }

  /** Finds a connection of this server. */
  public Optional<Connection> find(String channel) {
    return Optional.ofNullable(byChannel.get(channel));
  }

  /** Returns the connections of this server, as they come and go. */
  public Collection<Connection> all() {
    return Collections.unmodifiableCollection(byChannel.values());
  }

  /** Returns how many connections this server has. */
  public int size() {
    return byChannel.size();
  }
}
