package agentcore.core.backend.redis;

import java.util.List;
import java.util.Set;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Where Redis is and how one gets in. Shown without user and password.
 *
 * @param target host and port
 * @param config the rest of the address, and how long the socket may be silent
 * @param database the number that keys, and here channels too, belong to
 */
record RedisAddress(HostAndPort target, JedisClientConfig config, int database) {
  /** A socket that is silent for so long is given up. */
  static final int TIMEOUT_MILLIS = 1_500;

  private static final Set<String> REPLICA_ROLES = Set.of("replica", "slave");

  static RedisAddress of(String text) {
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
      config.sslOptions(SslOptions.defaults()); // the JDK's trust store, the host name checked
    }
    return new RedisAddress(
        new HostAndPort(url.host(), url.port()), config.build(), url.database());
  }

  /**
   * Looks the address up and connects to a primary, or throws what jedis throws. A replica takes no
   * writes, and hears what is published only as long as it follows its primary.
   */
  Connection connect() {
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

  /** Returns the role that Redis says it has, which every user may ask for; empty where unknown. */
  private static String role(Connection connection) {
    try {
      connection.sendCommand(Protocol.Command.HELLO);
      List<?> flat = connection.getObjectMultiBulkReply();
      for (int i = 0; i + 1 < flat.size(); i += 2) {
        if (RedisReply.text(flat.get(i)).equals("role")) {
          return RedisReply.text(flat.get(i + 1));
        }
      }
    } catch (JedisDataException unknownCommand) {
      return "";
    }
    return "";
  }

  /**
   * Runs a script that Redis takes for one that writes, and that writes nothing, or throws what
   * jedis throws.
   */
  static void tryToWrite(Connection connection) {
    connection.sendCommand(RedisScript.WRITABLE.text().whole(List.of(), List.of()));
    Object unused = connection.getOne();
  }

  @Override
  public String toString() {
    return "Redis at " + target;
  }
}
