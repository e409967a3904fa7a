package agentcore.core.backend.redis.link;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** A server of the store: Redis or Valkey. */
public record Node(HostAndPort address, Login login) {
  /**
   * A connection whose socket is silent for longer, while a reply is due, counts as lost. That is
   * not before the callers give up: until then Redis may still run what it has received, and what
   * was refused must never be stored.
   */
  private static final int TIMEOUT_MILLIS = (int) Reply.TIMEOUT.toMillis();

  private static final Set<String> REPLICA_ROLES = Set.of("replica", "slave");
  private static final Logger LOG = System.getLogger(Node.class.getName());

  /**
   * Looks the host up and connects to a primary. A replica refuses writes, and receives what is
   * published only while it follows its primary.
   *
   * @throws JedisException if that fails
   */
  public Connection connect() {
    return requirePrimary(connectAnyRole());
  }

  /**
   * Connects to a primary to receive messages.
   *
   * @param beforeWaiting is run by the reading thread when no more input is at hand
   * @throws JedisException if that fails
   */
  MessageConnection connectForMessages(Runnable beforeWaiting) {
    return requirePrimary(connected(new MessageConnection(this, TIMEOUT_MILLIS, beforeWaiting)));
  }

  private static <C extends Connection> C requirePrimary(C connection) {
    try {
      if (Hello.of(connection).isReplica()) {
        throw new JedisDataException("READONLY The address leads to a replica");
      }
      return connection;
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Connects to a server of any role.
   *
   * @throws JedisException if that fails
   */
  public Connection connectAnyRole() {
    return connectAnyRole(TIMEOUT_MILLIS);
  }

  /**
   * Connects to a server of any role.
   *
   * @param timeoutMillis how long its socket may be silent
   * @throws JedisException if that fails
   */
  public Connection connectAnyRole(int timeoutMillis) {
    return connected(new Connection(address, login.config(timeoutMillis)));
  }

  private static <C extends Connection> C connected(C connection) {
    try {
      connection.connect();
      return connection;
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * What a server reports about itself in reply to HELLO, which needs no right.
   *
   * @param mode {@code standalone}, {@code cluster} or {@code sentinel}; empty if it reports none
   * @param role {@code master} or {@code replica}; empty if it reports none
   * @param software {@code redis} or {@code valkey}; empty if it reports none
   * @param version empty if it reports none
   */
  public record Hello(String mode, String role, String software, String version) {
    /**
     * Asks a server.
     *
     * @throws JedisException if it does not answer
     */
    public static Hello of(Connection connection) {
      Map<String, String> fields = Map.of();
      try {
        connection.sendCommand(Command.HELLO);
        fields = Reply.map(connection.getObjectMultiBulkReply());
      } catch (JedisDataException unknownCommand) {
        LOG.log(Level.DEBUG, "no HELLO: {0}", unknownCommand.getMessage());
      }
      return new Hello(
          fields.getOrDefault("mode", ""),
          fields.getOrDefault("role", ""),
          fields.getOrDefault("server", ""),
          fields.getOrDefault("version", ""));
    }

    /** Returns whether the server is a node of a cluster. */
    public boolean isOfCluster() {
      return mode.equals("cluster");
    }

    /** Returns whether the server follows another. */
    public boolean isReplica() {
      return REPLICA_ROLES.contains(role);
    }
  }

  /**
   * Checks that Redis accepts writes, without writing.
   *
   * @throws JedisException if it does not
   */
  public static void checkWritable(Connection connection) {
    connection.sendCommand(Script.WRITABLE.withSource(List.of(), List.of()));
    Object unused = connection.getOne();
  }

  /** Closes the socket, so that a thread that reads or writes on it fails at once. */
  static void cut(Connection connection) {
    try {
      connection.forceDisconnect();
    } catch (IOException | JedisException e) {
      LOG.log(Level.TRACE, "cutting failed: {0}", e.getMessage());
    }
  }

  /** Returns a name for log lines. */
  public String server() {
    return "Redis at " + address;
  }

  /** Returns host and port, without user and password. */
  @Override
  public String toString() {
    return address.toString();
  }
}
