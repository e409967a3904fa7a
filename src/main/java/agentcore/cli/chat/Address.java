package agentcore.cli.chat;

import agentcore.cli.common.UsageException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The address of a chat server.
 *
 * @param base scheme, host and port
 * @param endpoint path and query of the request, with {@code {user}} as a placeholder
 */
record Address(URI base, String endpoint) {
  private static final String USER = "{user}";
  private static final String ENCODED_USER = "%7Buser%7D";

  /** Parses {@code ws://host:port}, and appends {@code /ws/{user}} if there is no path. */
  static Address parse(String url) throws UsageException {
    URI uri;
    try {
      uri = new URI(url.strip().replace(USER, ENCODED_USER));
    } catch (URISyntaxException e) {
      throw new UsageException("--url is not a URL: " + url);
    }
    if (!"ws".equals(uri.getScheme()) && !"wss".equals(uri.getScheme())) {
      throw new UsageException("--url must begin with ws:// or wss://: " + url);
    }
    if (uri.getHost() == null) {
      if (String.valueOf(uri.getRawAuthority()).contains("_")) {
        throw new UsageException(
            "--url: Java does not accept an underscore in a host name: " + url);
      }
      throw new UsageException("--url has no host: " + url);
    }
    String path = uri.getRawPath().replace(ENCODED_USER, USER);
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new Address(
        URI.create(uri.getScheme() + "://" + uri.getRawAuthority()),
        (path.isEmpty() || path.equals("/") ? "ws/" + USER : path.substring(1)) + query);
  }

  /** Omits path and query, which may contain a token. */
  @Override
  public String toString() {
    return base.toString();
  }
}
