package agentcore.core.backend;

import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.SslOptions;
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

  /** Connects, or throws what jedis throws. */
  Connection connect() {
    Connection connection = new Connection(target, config);
    connection.connect();
    return connection;
  }

  /** Connects, asks for a sign of life and goes again, or throws what jedis throws. */
  void ping() {
    try (Connection connection = connect()) {
      connection.sendCommand(Protocol.Command.PING);
      String pong = connection.getStatusCodeReply();
      if (!pong.equals("PONG")) {
        throw new JedisException("it answers PING with " + pong);
      }
    }
  }

  @Override
  public String toString() {
    return "Redis at " + target;
  }
}
