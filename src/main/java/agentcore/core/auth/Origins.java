package agentcore.core.auth;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which web pages may connect (RFC 6455 section 10.2, RFC 6454): those of the host that they
 * connect to, and those that are named. A browser lets any page connect to anywhere, and only tells
 * whose it is.
 */
public final class Origins {
  private static final String ALL = "*";
  private static final String LIST =
      "must be origins such as https://example.com, separated by commas, or *: ";
  private static final int MAX_PORT = 65535;

  private static final Pattern ORIGIN =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]*)://(\\[[0-9A-Fa-f:.]+]|[^\\s/:@?#,\\[\\]]+)(?::([0-9]{1,5}))?");

  private static final Pattern PATH = Pattern.compile("[^/\\s]+://[^/\\s]+/.*");

  /** As browsers send it: other letters are encoded by then, {@code xn--...} (RFC 3492). */
  private static final Pattern HOST = Pattern.compile("\\[.*]|[A-Za-z0-9._-]+");

  /** Browsers write an address such as 127.1 in full. */
  private static final Pattern NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9A-Fa-f]*)\\.?");

  private final boolean all;
  private final Set<String> named;

  private Origins(boolean all, Set<String> named) {
    this.all = all;
    this.named = Set.copyOf(named);
  }

  /**
   * Reads a list: origins separated by commas, or {@code *} for all, or nothing.
   *
   * @throws IllegalArgumentException saying what it must be, where an entry is none or can match no
   *     page
   */
  public static Origins parse(String list) {
    Set<String> named = new HashSet<>();
    if (list.isEmpty() || list.equals(ALL)) {
      return new Origins(list.equals(ALL), named);
    }
    for (String entry : list.split(",", -1)) {
      named.add(entry(entry.strip()));
    }
    return new Origins(false, named);
  }

  private static String entry(String entry) {
    Matcher parts = ORIGIN.matcher(entry);
    if (entry.isEmpty()) {
      throw unusable("an entry is empty");
    }
    if (entry.contains(ALL)) {
      throw unusable(entry + (entry.equals(ALL) ? " stands alone" : ": name each origin in full"));
    }
    if (entry.indexOf('/') < 0) {
      throw unusable(entry + " does not begin with https:// or http://");
    }
    if (PATH.matcher(entry).matches()) {
      throw unusable(entry + " has a path, or a slash at its end");
    }
    if (!parts.matches()) {
      throw unusable(entry + " is no origin");
    }
    if (!isAsBrowsersSendIt(parts.group(2)) || !isPort(parts.group(3))) {
      throw unusable(entry + " is not written as browsers send it");
    }
    return normal(entry).orElseThrow(() -> unusable(entry + " has no valid address"));
  }

  private static boolean isAsBrowsersSendIt(String host) {
    return HOST.matcher(host).matches()
        && (!NUMBER.matcher(host).matches() || Network.address(host).isPresent());
  }

  private static boolean isPort(String port) {
    return port == null || (!port.startsWith("0") && Integer.parseInt(port) <= MAX_PORT);
  }

  private static IllegalArgumentException unusable(String why) {
    return new IllegalArgumentException(LIST + why);
  }

  /**
   * Says whether a page of {@code origin} may connect.
   *
   * @param origin the header {@code Origin}; {@code null} and what is no origin is one of nobody
   * @param host the header {@code Host} of the same request
   */
  public boolean allow(String origin, String host) {
    return all
        || normal(origin).filter(page -> named.contains(page) || isOf(host, page)).isPresent();
  }

  /**
   * Whether TLS ends here or at a proxy in front is not known here, so the page's scheme is taken
   * for the request's: it says which port an absent one stands for. Some clients that are no
   * browsers send the scheme of the WebSocket.
   */
  private static boolean isOf(String host, String page) {
    String scheme = page.substring(0, page.indexOf(':'));
    return !defaultPort(scheme).isEmpty()
        && normal(scheme + "://" + host).filter(page::equals).isPresent();
  }

  /** Returns an origin in lower case and with its port. */
  private static Optional<String> normal(String origin) {
    Matcher parts = ORIGIN.matcher(origin);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    String port = parts.group(3) == null ? defaultPort(scheme) : parts.group(3);
    return host(parts.group(2)).map(host -> scheme + "://" + host + ':' + port);
  }

  /** There are several ways to write an IPv6 address (RFC 5952). */
  private static Optional<String> host(String host) {
    return host.startsWith("[")
        ? Network.address(host.substring(1, host.length() - 1))
            .map(address -> '[' + address.getHostAddress() + ']')
        : Optional.of(host.toLowerCase(Locale.ROOT));
  }

  private static String defaultPort(String scheme) {
    return switch (scheme) {
      case "http", "ws" -> "80";
      case "https", "wss" -> "443";
      default -> "";
    };
  }
}
