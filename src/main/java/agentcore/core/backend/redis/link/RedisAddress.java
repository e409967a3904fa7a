package agentcore.core.backend.redis.link;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connects to Redis. Its text holds neither user nor password.
 *
 * @param target host and port
 * @param config how to log in, and how long the socket may be silent
 * @param database the number that keys, and here channels too, belong to
 */
public record RedisAddress(HostAndPort target, JedisClientConfig config, int database) {
  /** A connection whose socket is silent for longer, while a reply is due, counts as lost. */
  private static final int TIMEOUT_MILLIS = 1_500;

  private static final Set<String> REPLICA_ROLES = Set.of("replica", "slave");
  private static final Logger LOG = System.getLogger(RedisAddress.class.getName());

  /** Reads an address, as {@link RedisUrl#parse} does. */
  public static RedisAddress of(String text) {
    RedisUrl url = RedisUrl.parse(text);
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .timeoutMillis(TIMEOUT_MILLIS)
            .user(url.user().orElse(null))
            .password(url.password().orElse(null))
            .database(url.database())
            .clientName("agentcore")
            .resp2();
    if (url.isSecure()) {
      config.sslOptions(SslOptions.defaults()); // the JDK's trust store; checks the host name
    }
    return new RedisAddress(
        new HostAndPort(url.host(), url.port()), config.build(), url.database());
  }

  /**
   * Looks the host up and connects to a primary. A replica refuses writes, and receives what is
   * published only while it follows its primary.
   *
   * @throws JedisException if that fails
   */
  public Connection connect() {
    Connection connection = new Connection(target, config);
    try {
      connection.connect();
      if (REPLICA_ROLES.contains(role(connection))) {
        throw new JedisDataException("READONLY The address leads to a replica");
      }
      return connection;
    } catch (JedisException e) {
      connection.close();
      throw e;
    }
  }

  /** Returns the role that HELLO reports, which needs no right; empty if it reports none. */
  private static String role(Connection connection) {
    try {
      connection.sendCommand(Command.HELLO);
      List<?> flat = connection.getObjectMultiBulkReply();
      for (int i = 0; i + 1 < flat.size(); i += 2) {
        if (Reply.text(flat.get(i)).equals("role")) {
          return Reply.text(flat.get(i + 1));
        }
      }
    } catch (JedisDataException unknownCommand) {
      return "";
    }
    return "";
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

  @Override
  public String toString() {
    return "Redis at " + target;
  }
}
