package agentcore.cli.chat;

import agentcore.cli.common.UsageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/**
 * The address of a chat server.
 *
 * @param base scheme, host and port
 * @param endpoint path and query of the request, with {@code {user}} as a placeholder
 */
record Address(URI base, String endpoint) {
  private static final String USER = "{user}";
  private static final String ENCODED_USER = "%7Buser%7D";
  private static final String ENDPOINT = "ws/" + USER;
  private static final Map<String, String> SCHEMES =
      Map.of("ws", "ws", "wss", "wss", "http", "ws", "https", "wss");

  /**
   * Parses {@code ws://host:port}, and appends {@code /ws/{user}} if there is no path. Behind the
   * address of a chat page, {@code http://host:port/path}, appends it in any case. An error shows
   * no query, which may contain a token.
   */
  static Address parse(String url) throws UsageException {
    String shown = url.strip().replaceFirst("[?#].*", "");
    URI uri;
    try {
      uri = new URI(url.strip().replace(USER, ENCODED_USER));
    } catch (URISyntaxException e) {
      throw new UsageException("--url is not a URL: " + shown);
    }
    String scheme = SCHEMES.get(String.valueOf(uri.getScheme()));
    if (scheme == null) {
      throw new UsageException(
          "--url must begin with ws://, wss://, http:// or https://: " + shown);
    }
    if (uri.getHost() == null) {
      if (String.valueOf(uri.getRawAuthority()).contains("_")) {
        throw new UsageException(
            "--url: Java does not accept an underscore in a host name: " + shown);
      }
      throw new UsageException("--url has no host: " + shown);
    }
    String path = uri.getRawPath().replace(ENCODED_USER, USER).replaceFirst("^/", "");
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    boolean isPage = uri.getScheme().startsWith("http") && !path.contains(USER);
    return new Address(
        URI.create(scheme + "://" + uri.getRawAuthority()),
        (path.isEmpty() ? ENDPOINT : isPage ? withEndpoint(path) : path) + query);
  }

  private static String withEndpoint(String page) {
    return page + (page.endsWith("/") ? "" : "/") + ENDPOINT;
  }

  /** Omits path and query, which may contain a token. */
  @Override
  public String toString() {
    return base.toString();
  }
}
