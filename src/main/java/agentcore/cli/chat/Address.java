package agentcore.cli.chat;

import agentcore.cli.common.UsageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where the chat is.
 *
 * @param base scheme, host and port
 * @param path of the request, with {@code {user}} in place of the user
 * @param query of the request, or empty
 */
record Address(String base, String path, String query) {
  private static final String USER = "{user}";
  private static final String ENCODED_USER = "%7Buser%7D";

  /** Reads {@code ws://host:port}, to which {@code /ws/{user}} is added unless it has a path. */
  static Address parse(String url) throws UsageException {
    URI uri;
    try {
      uri = new URI(url.strip().replace(USER, ENCODED_USER));
    } catch (URISyntaxException e) {
      throw new UsageException("--url is no URL: " + url);
    }
    if (!"ws".equals(uri.getScheme()) && !"wss".equals(uri.getScheme())) {
      throw new UsageException("--url must begin with ws:// or wss://: " + url);
    }
    if (uri.getHost() == null) {
      if (String.valueOf(uri.getRawAuthority()).contains("_")) {
        throw new UsageException("--url: no underscore is possible in a host's name here: " + url);
      }
      throw new UsageException("--url names no host: " + url);
    }
    String path = uri.getRawPath().replace(ENCODED_USER, USER);
    return new Address(
        uri.getScheme() + "://" + uri.getRawAuthority(),
        path.isEmpty() || path.equals("/") ? "/ws/" + USER : path,
        Optional.ofNullable(uri.getRawQuery()).orElse(""));
  }

  /** Returns the address to connect to; {@code seen} is where the default room is resumed. */
  URI uri(String user, Optional<Place> seen) {
    StringBuilder uri = new StringBuilder(base).append(path.replace(USER, encode(user)));
    String resume = seen.map(Address::resume).orElse("");
    String separator = query.isEmpty() || resume.isEmpty() ? "" : "&";
    String whole = query + separator + resume;
    return URI.create(whole.isEmpty() ? uri.toString() : uri.append('?').append(whole).toString());
  }

  private static String resume(Place seen) {
    String id = seen.messageId().isEmpty() ? "" : "&message_id=" + encode(seen.messageId());
    return "epoch=" + encode(seen.epoch()) + "&since=" + seen.seq() + id;
  }

  /** Percent-encoding, in which a plus sign stands for itself (RFC 3986 section 2). */
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Without path and query, which may hold a token. */
  @Override
  public String toString() {
    return base;
  }
}
