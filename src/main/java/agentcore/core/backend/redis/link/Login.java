package agentcore.core.backend.redis.link;

import java.util.Optional;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;

/**
 * How to log in to a server of the store.
 *
 * @param isSecure whether to use TLS
 * @param user empty for the default user
 * @param password empty for none
 * @param database the number of the database to select
 */
public record Login(
    boolean isSecure, Optional<String> user, Optional<String> password, int database) {
  JedisClientConfig config(int timeoutMillis) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .timeoutMillis(timeoutMillis)
            .user(user.orElse(null))
            .password(password.orElse(null))
            .database(database)
            .clientName("agentcore")
            .resp2();
    if (isSecure) {
      config.sslOptions(SslOptions.defaults()); // the JDK's trust store; checks the host name
    }
    return config.build();
  }

  /** Hides user and password. */
  @Override
  public String toString() {
    return isSecure ? "login over TLS" : "login";
  }
}
