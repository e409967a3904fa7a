package agentcore.core.backend.redis.link;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connects to a Redis server by its URL: {@code redis://USER:PASSWORD@HOST:PORT/DATABASE}; only the
 * host is required. {@link java.net.URI} accepts no underscore in a host, which Docker's networks
 * use.
 *
 * <p>User and password may be percent-encoded (RFC 3986 section 2.1), and must be if they hold
 * {@code /}, {@code ?}, {@code #}, {@code %} or white space.
 *
 * @param isSecure whether to use TLS, {@code rediss}
 * @param user empty for the default user
 * @param password empty for none
 * @param host a name or an address; an IPv6 address is in brackets
 * @param database the number that keys, and here channels too, belong to
 */
public record RedisUrl(
    boolean isSecure,
    Optional<String> user,
    Optional<String> password,
    String host,
    int port,
    int database) {
  private static final String FORM =
      "must be redis://HOST:PORT/DATABASE (or rediss://), with USER:PASSWORD@ before HOST if needed";

  /** Decoding replaces bytes that are not UTF-8 by this character. */
  private static final char REPLACEMENT = '\ufffd';

  /**
   * A connection whose socket is silent for longer, while a reply is due, counts as lost. That is
   * not before the callers give up: until then Redis may still run what it has received, and what
   * was refused must never be stored.
   */
  private static final int TIMEOUT_MILLIS = (int) Reply.TIMEOUT.toMillis();

  private static final Set<String> REPLICA_ROLES = Set.of("replica", "slave");
  private static final Logger LOG = System.getLogger(RedisUrl.class.getName());
  private static final int DEFAULT_PORT = 6379;
  private static final int MAX_PORT = 65535;

  /** The password ends at the last {@code @} before the path, so it may hold that character. */
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>(?i)rediss?)://((?<user>[^/?#\\s:]*?)(:(?<password>[^/?#\\s]*))?@)?"
              + "(?<host>\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[\\w.-]+)?]|[\\p{L}\\p{M}\\p{Nd}._-]+)"
              + "(:(?<port>[0-9]{0,5}))?(/(?<database>[0-9]{0,9}))?");

  /**
   * Parses a URL.
   *
   * @throws IllegalArgumentException that describes the form; it does not quote the URL, which may
   *     hold a password
   */
  public static RedisUrl parse(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException(FORM + ", both percent-encoded");
    }
    Optional<String> password = decoded(parts.group("password"));
    if (password.isEmpty() && url.contains("@")) {
      throw new IllegalArgumentException(FORM + ", and no user without a password");
    }
    int port = number(parts.group("port"), DEFAULT_PORT);
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(FORM + ", and a port from 1 to " + MAX_PORT);
    }
    return new RedisUrl(
        parts.group("scheme").length() == "rediss".length(),
        decoded(parts.group("user")),
        password,
        parts.group("host"),
        port,
        number(parts.group("database"), 0));
  }

  private static int number(String digits, int byDefault) {
    return Optional.ofNullable(digits)
        .filter(text -> !text.isEmpty())
        .map(Integer::parseInt)
        .orElse(byDefault);
  }

  private static Optional<String> decoded(String text) {
    Optional<String> given = Optional.ofNullable(text).filter(word -> !word.isEmpty());
    try {
      Optional<String> decoded =
          given.map(word -> URLDecoder.decode(word.replace("+", "%2B"), StandardCharsets.UTF_8));
      if (decoded.filter(word -> word.indexOf(REPLACEMENT) >= 0).isEmpty()) {
        return decoded;
      }
    } catch (IllegalArgumentException malformed) {
      // reported below, without the message, which may quote the password
    }
    throw new IllegalArgumentException(FORM + ", both percent-encoded");
  }

  /**
   * Looks the host up and connects to a primary. A replica refuses writes, and receives what is
   * published only while it follows its primary.
   *
   * @throws JedisException if that fails
   */
  public Connection connect() {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .timeoutMillis(TIMEOUT_MILLIS)
            .user(user.orElse(null))
            .password(password.orElse(null))
            .database(database)
            .clientName("agentcore")
            .resp2();
    if (isSecure) {
      config.sslOptions(SslOptions.defaults()); // the JDK's trust store; checks the host name
    }
    Connection connection = new Connection(new HostAndPort(host, port), config.build());
    try {
      connection.connect();
      if (REPLICA_ROLES.contains(role(connection))) {
        throw new JedisDataException("READONLY The address leads to a replica");
      }
      return connection;
    } catch (RuntimeException e) {
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

  /** Returns a name for log lines, without user and password. */
  public String server() {
    return "Redis at " + host + ':' + port;
  }

  /** Returns the URL without user and password. */
  @Override
  public String toString() {
    return (isSecure ? "rediss://" : "redis://") + host + ':' + port + '/' + database;
  }
}
