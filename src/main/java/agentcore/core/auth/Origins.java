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
  private static final String ENTRY =
      "must be origins such as https://example.com, separated by commas, or *";
  private static final Pattern ORIGIN =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]*)://(\\[[0-9A-Fa-f:.]+]|[^\\s/:@?#,\\[\\]]+)(?::([0-9]{1,5}))?");

  private final boolean all;
  private final Set<String> named;

  private Origins(boolean all, Set<String> named) {
    this.all = all;
    this.named = Set.copyOf(named);
  }

  /**
   * Reads a list: origins separated by commas, or {@code *} for all, or nothing.
   *
   * @throws IllegalArgumentException saying what it must be
   */
  public static Origins parse(String list) {
    Set<String> named = new HashSet<>();
    if (list.isEmpty() || list.equals(ALL)) {
      return new Origins(list.equals(ALL), named);
    }
    for (String entry : list.split(",", -1)) {
      named.add(normal(entry.strip()).orElseThrow(() -> new IllegalArgumentException(ENTRY)));
    }
    return new Origins(false, named);
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
   * for the request's: it says which port an absent one stands for.
   */
  private static boolean isOf(String host, String page) {
    String scheme = page.substring(0, page.indexOf(':'));
    return (scheme.equals("http") || scheme.equals("https"))
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
    return Optional.of(scheme + "://" + parts.group(2).toLowerCase(Locale.ROOT) + ':' + port);
  }

  private static String defaultPort(String scheme) {
    return switch (scheme) {
      case "http" -> "80";
      case "https" -> "443";
      default -> "";
    };
  }
}
