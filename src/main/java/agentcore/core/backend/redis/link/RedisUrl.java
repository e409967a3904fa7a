package agentcore.core.backend.redis.link;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.HostAndPort;

/**
 * The address of the store, as the setting REDIS_URL has it:
 *
 * <pre>{@code
 * redis://USER:PASSWORD@HOST:PORT/DATABASE                          one server, or a node of a cluster
 * redis://USER:PASSWORD@HOST:PORT,HOST:PORT,...                     several nodes of a cluster
 * redis-sentinel://USER:PASSWORD@HOST:PORT,.../MASTER/DATABASE      sentinels, and the name they watch
 *                                             ?sentinel=USER:PASSWORD   for the sentinels themselves
 * }</pre>
 *
 * <p>Only the host is required, and the name for sentinels. {@code rediss} uses TLS for all
 * connections. {@link java.net.URI} accepts neither several hosts nor an underscore in a host,
 * which Docker's networks use.
 *
 * <p>User and password may be percent-encoded (RFC 3986 section 2.1), and must be if they hold
 * {@code /}, {@code ?}, {@code #}, {@code %} or white space.
 *
 * @param login for the servers of the store
 * @param hosts of servers or sentinels; an IPv6 address is in brackets
 * @param master what sentinels call the primary; empty without sentinels
 * @param sentinelLogin for the sentinels
 */
public record RedisUrl(
    Login login, List<HostAndPort> hosts, Optional<String> master, Login sentinelLogin) {
  private static final String FORM =
      "must be redis://HOST:PORT/DATABASE (or rediss://), with USER:PASSWORD@ before HOST if needed";

  private static final String SENTINEL_FORM =
      "must be redis-sentinel://HOST:PORT,HOST:PORT/MASTER/DATABASE (or rediss-sentinel://), with"
          + " USER:PASSWORD@ before HOST and ?sentinel=USER:PASSWORD at the end if needed";

  /** Decoding replaces bytes that are not UTF-8 by this character. */
  private static final char REPLACEMENT = '\ufffd';

  private static final int DEFAULT_PORT = 6379;
  private static final int SENTINEL_PORT = 26379;
  private static final int MAX_PORT = 65535;

  /** The password ends at the last {@code @} before the path, so it may hold that character. */
  private static final String LOGIN = "((?<user>[^/?#\\s:]*?)(:(?<password>[^/?#\\s]*))?@)?";

  private static final String HOST =
      "(\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[\\w.-]+)?]|[\\p{L}\\p{M}\\p{Nd}._-]+)(:[0-9]{0,5})?";

  private static final String HOSTS = "(?<hosts>" + HOST + "(," + HOST + ")*)";

  private static final Pattern URL =
      Pattern.compile("(?<scheme>(?i)rediss?)://" + LOGIN + HOSTS + "(/(?<database>[0-9]{0,9}))?");

  private static final Pattern SENTINEL_URL =
      Pattern.compile(
          "(?<scheme>(?i)rediss?)-sentinel://"
              + LOGIN
              + HOSTS
              + "/(?<master>[\\w.-]+)(/(?<database>[0-9]{0,9}))?"
              + "([?]sentinel=(?<sentinelUser>[^/?#\\s:]*):(?<sentinelPassword>[^/?#\\s]+))?");

  /** Copies the list. */
  public RedisUrl {
    hosts = List.copyOf(hosts);
  }

  /**
   * Parses a URL.
   *
   * @throws IllegalArgumentException that describes the form; it does not quote the URL, which may
   *     hold a password
   */
  public static RedisUrl parse(String url) {
    boolean isSentinel = url.toLowerCase(Locale.ROOT).matches("(?s)rediss?-sentinel:.*");
    String form = isSentinel ? SENTINEL_FORM : FORM;
    Matcher parts = (isSentinel ? SENTINEL_URL : URL).matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException(form + ", both percent-encoded");
    }
    Login login = login(form, parts, "user", "password", database(parts));
    boolean hasLogin = parts.group("user") != null;
    if (login.password().isEmpty() && hasLogin) {
      throw new IllegalArgumentException(form + ", and no user without a password");
    }
    Login sentinelLogin =
        isSentinel
            ? login(form, parts, "sentinelUser", "sentinelPassword", 0)
            : new Login(login.isSecure(), Optional.empty(), Optional.empty(), 0);
    return new RedisUrl(
        login,
        hosts(form, parts.group("hosts"), isSentinel ? SENTINEL_PORT : DEFAULT_PORT),
        isSentinel ? Optional.of(parts.group("master")) : Optional.empty(),
        sentinelLogin);
  }

  private static int database(Matcher parts) {
    return number(parts.group("database"), 0);
  }

  private static Login login(
      String form, Matcher parts, String user, String password, int database) {
    return new Login(
        parts.group("scheme").length() == "rediss".length(),
        decoded(form, parts.group(user)),
        decoded(form, parts.group(password)),
        database);
  }

  private static List<HostAndPort> hosts(String form, String hosts, int defaultPort) {
    return Stream.of(hosts.split(",")).map(host -> host(form, host, defaultPort)).toList();
  }

  private static HostAndPort host(String form, String host, int defaultPort) {
    int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
    int port = colon < 0 ? defaultPort : number(host.substring(colon + 1), defaultPort);
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(form + ", and a port from 1 to " + MAX_PORT);
    }
    return new HostAndPort(colon < 0 ? host : host.substring(0, colon), port);
  }

  private static int number(String digits, int byDefault) {
    return Optional.ofNullable(digits)
        .filter(text -> !text.isEmpty())
        .map(Integer::parseInt)
        .orElse(byDefault);
  }

  private static Optional<String> decoded(String form, String text) {
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
    throw new IllegalArgumentException(form + ", both percent-encoded");
  }

  /** Returns the servers that are named; not the sentinels. */
  public List<Node> nodes() {
    return master.isPresent()
        ? List.of()
        : hosts.stream().map(host -> new Node(host, login)).toList();
  }

  /** Returns the sentinels that are named. */
  public List<Node> sentinels() {
    return master.isPresent()
        ? hosts.stream().map(host -> new Node(host, sentinelLogin)).toList()
        : List.of();
  }

  /** Returns a name for log lines, without user and password. */
  public String server() {
    return (master.isPresent() ? "Redis behind sentinels " : "Redis at ") + joinedHosts();
  }

  private String joinedHosts() {
    return hosts.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
  }

  /** Returns the URL without user and password. */
  @Override
  public String toString() {
    return (login.isSecure() ? "rediss" : "redis")
        + master.map(name -> "-sentinel").orElse("")
        + "://"
        + joinedHosts()
        + master.map(name -> "/" + name).orElse("")
        + '/'
        + login.database();
  }
}
