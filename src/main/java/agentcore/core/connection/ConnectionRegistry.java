package agentcore.core.connection;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** This server's connections, by channel. Safe for all threads. */
public final class ConnectionRegistry {
  /** A peer from which nothing was taken for so long does not read. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

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

  /**
   * Returns the connection with the most bytes waiting to be sent: of those whose peer does not
   * read at all, where there are any, so that nobody pays for them who only has much to read.
   */
  Optional<Connection> fullest() {
    return byChannel.values().stream()
        .max(
            Comparator.comparing((Connection each) -> each.isStuck(STUCK_NANOS))
                .thenComparingLong(Connection::queuedBytes));
  }
}
