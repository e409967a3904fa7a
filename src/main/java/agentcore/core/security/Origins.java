package agentcore.core.security;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides which web pages may connect (RFC 6455 section 10.2, RFC 6454): the pages of the host that
 * they connect to, and those in a list. Browsers let any page connect to any server, and only name
 * the page's origin in the request.
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

  /** A host as browsers send it: with other letters encoded as {@code xn--...} (RFC 3492). */
  private static final Pattern HOST = Pattern.compile("\\[.*]|[A-Za-z0-9._-]+");

  /** A host that browsers take for an IPv4 address, and send in full: 127.1 as 127.0.0.1. */
  private static final Pattern NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9A-Fa-f]*)\\.?");

  private final boolean all;
  private final Set<String> named;

  private Origins(boolean all, Set<String> named) {
    this.all = all;
    this.named = Set.copyOf(named);
  }

  /**
   * Parses a list of origins separated by commas, {@code *} for all origins, or the empty text.
   *
   * @throws IllegalArgumentException if an entry is not an origin or cannot match any page; its
   *     message says what is expected
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
      throw unusable(
          entry + (entry.equals(ALL) ? " must be the only entry" : ": name each origin in full"));
    }
    if (entry.indexOf('/') < 0) {
      throw unusable(entry + " does not begin with https:// or http://");
    }
    if (PATH.matcher(entry).matches()) {
      throw unusable(entry + " has a path or a trailing slash");
    }
    if (!parts.matches()) {
      throw unusable(entry + " is not an origin");
    }
    if (!isAsBrowsersSendIt(parts.group(2)) || !isPort(parts.group(3))) {
      throw unusable(entry + " is not written as browsers send it");
    }
    return normal(entry).orElseThrow(() -> unusable(entry + " has an invalid address"));
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
   * Decides whether a page of {@code origin} may connect.
   *
   * @param origin the header {@code Origin}; the text {@code null} and malformed origins match
   *     nothing but {@code *}
   * @param host the header {@code Host} of the same request
   */
  public boolean allow(String origin, String host) {
    return all
        || normal(origin).filter(page -> named.contains(page) || isOf(host, page)).isPresent();
  }

  /**
   * Compares a page with the host of the request. TLS may end at a proxy, so the request's scheme
   * is unknown; the page's scheme decides which port is the default. Some clients other than
   * browsers send {@code ws} or {@code wss} as the scheme.
   */
  private static boolean isOf(String host, String page) {
    String scheme = page.substring(0, page.indexOf(':'));
    return !defaultPort(scheme).isEmpty()
        && normal(scheme + "://" + host).filter(page::equals).isPresent();
  }

  /** Returns an origin in lower case and with its port; empty if it is malformed. */
  private static Optional<String> normal(String origin) {
    Matcher parts = ORIGIN.matcher(origin);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    String port = parts.group(3) == null ? defaultPort(scheme) : parts.group(3);
    return host(parts.group(2)).map(host -> scheme + "://" + host + ':' + port);
  }

  /** Normalises the host, since an IPv6 address can be written in several ways (RFC 5952). */
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
