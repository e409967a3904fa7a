package agentcore.core.backend.redis.link;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of a Redis server: {@code redis://USER:PASSWORD@HOST:PORT/DATABASE}; only the host is
 * required. {@link java.net.URI} accepts no underscore in a host, which Docker's networks use.
 *
 * <p>User and password may be percent-encoded (RFC 3986 section 2.1), and must be if they hold
 * {@code /}, {@code ?}, {@code #}, {@code %} or white space.
 *
 * @param isSecure whether to use TLS, {@code rediss}
 * @param user empty for the default user
 * @param password empty for none
 * @param host a name or an address; an IPv6 address is in brackets
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

  /** Returns the URL without user and password. */
  @Override
  public String toString() {
    return (isSecure ? "rediss://" : "redis://") + host + ':' + port + '/' + database;
  }
}
