package agentcore.cli.chat;

import agentcore.cli.common.UsageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The address of a chat server.
 *
 * @param base scheme, host and port
 * @param path of the request, with {@code {user}} as a placeholder
 * @param query of the request, or empty
 */
record Address(String base, String path, String query) {
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
    return new Address(
        uri.getScheme() + "://" + uri.getRawAuthority(),
        path.isEmpty() || path.equals("/") ? "/ws/" + USER : path,
        Optional.ofNullable(uri.getRawQuery()).orElse(""));
  }

  /**
   * Returns the URI to connect to.
   *
   * @param seen the position to resume the default room from
   * @param inboxSeen the position to resume the user's log from
   */
  URI uri(
      String user, Optional<JoinedRooms.Position> seen, Optional<JoinedRooms.Position> inboxSeen) {
    StringBuilder uri = new StringBuilder(base).append(path.replace(USER, encode(user)));
    String whole =
        Stream.of(
                query,
                seen.map(position -> resume("", position)).orElse(""),
                inboxSeen.map(position -> resume("inbox_", position)).orElse(""))
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("&"));
    return URI.create(whole.isEmpty() ? uri.toString() : uri.append('?').append(whole).toString());
  }

  private static String resume(String prefix, JoinedRooms.Position seen) {
    String place = prefix + "epoch=" + encode(seen.epoch()) + "&" + prefix + "since=" + seen.seq();
    return seen.messageId().isEmpty()
        ? place
        : place + "&" + prefix + "message_id=" + encode(seen.messageId());
  }

  /** Percent-encodes a text (RFC 3986 section 2); a form would encode a space as a plus sign. */
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Omits path and query, which may contain a token. */
  @Override
  public String toString() {
    return base;
  }
}
