package agentcore.cli.bench;

import agentcore.cli.common.UsageException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server is.
 *
 * @param path of the request, with {@code {user}} in place of the user
 */
record Target(String host, int port, String path) {
  private static final String USER = "{user}";
  private static final String ENCODED_USER = "%7Buser%7D";
  private static final int DEFAULT_PORT = 80;
  private static final int MAX_PORT = 65535;

  /** A URI has no host where the name holds an underscore. */
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:[^@]*@)?(\\[[^\\]]+]|[^\\[\\]:@]+)(?::([0-9]{1,5}))?");

  /** Reads {@code ws://host:port}, to which {@code /ws/{user}} is added unless it has a path. */
  static Target parse(String url) throws UsageException {
    URI uri;
    try {
      uri = new URI(url.replace(USER, ENCODED_USER));
    } catch (URISyntaxException e) {
      throw new UsageException("--url is no URL: " + url);
    }
    if (!"ws".equals(uri.getScheme())) {
      throw new UsageException("--url must begin with ws:// (without TLS): " + url);
    }
    Matcher authority = AUTHORITY.matcher(Optional.ofNullable(uri.getRawAuthority()).orElse(""));
    if (!authority.matches()) {
      throw new UsageException("--url names no host: " + url);
    }
    int port = Optional.ofNullable(authority.group(2)).map(Integer::parseInt).orElse(DEFAULT_PORT);
    if (port > MAX_PORT) {
      throw new UsageException("--url names no port: " + url);
    }
    String path = uri.getRawPath().replace(ENCODED_USER, USER);
    return new Target(
        authority.group(1), port, path.isEmpty() || path.equals("/") ? "/ws/" + USER : path);
  }

  /** Looks the host up. */
  InetSocketAddress address() throws BenchException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new BenchException("no such host: " + host);
    }
    return address;
  }

  /** Returns the request that makes a connection a WebSocket (RFC 6455 section 4.1). */
  String request(String user, String moreHeaders) {
    return "GET "
        + path.replace(USER, user)
        + " HTTP/1.1\r\nHost: "
        + host
        + ':'
        + port
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + moreHeaders
        + "\r\n";
  }

  @Override
  public String toString() {
    return "ws://" + host + ":" + port + path;
  }
}
