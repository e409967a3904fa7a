package agentcore.cli.bench;

import agentcore.cli.bench.socket.SocketLayer;
import agentcore.cli.bench.socket.TlsLayer;
import agentcore.cli.common.UsageException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a server.
 *
 * @param secure with TLS
 * @param path of the request, with {@code {user}} as a placeholder
 */
record Target(boolean secure, String host, int port, String path) {
  private static final String USER = "{user}";
  private static final String ENCODED_USER = "%7Buser%7D";
  private static final int DEFAULT_PORT = 80;
  private static final int DEFAULT_SECURE_PORT = 443;
  private static final int MAX_PORT = 65535;

  /** {@link URI#getHost} returns nothing if the name contains an underscore. */
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:[^@]*@)?(\\[[^\\]]+]|[^\\[\\]:@]+)(?::([0-9]{1,5}))?");

  /**
   * Parses {@code ws://host:port} or {@code wss://host:port}, and appends {@code /ws/{user}} if
   * there is no path.
   */
  static Target parse(String url) throws UsageException {
    URI uri;
    try {
      uri = new URI(url.replace(USER, ENCODED_USER));
    } catch (URISyntaxException e) {
      throw new UsageException("--url is not a URL: " + url);
    }
    boolean secure = "wss".equals(uri.getScheme());
    if (!secure && !"ws".equals(uri.getScheme())) {
      throw new UsageException("--url must begin with ws:// or wss://: " + url);
    }
    Matcher authority = AUTHORITY.matcher(Optional.ofNullable(uri.getRawAuthority()).orElse(""));
    if (!authority.matches()) {
      throw new UsageException("--url has no host: " + url);
    }
    int port =
        Optional.ofNullable(authority.group(2))
            .map(Integer::parseInt)
            .orElse(secure ? DEFAULT_SECURE_PORT : DEFAULT_PORT);
    if (port > MAX_PORT) {
      throw new UsageException("--url has no valid port: " + url);
    }
    String path = uri.getRawPath().replace(ENCODED_USER, USER);
    return new Target(
        secure,
        authority.group(1),
        port,
        path.isEmpty() || path.equals("/") ? "/ws/" + USER : path);
  }

  /** Looks up the host. */
  InetSocketAddress address() throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IOException("no such host: " + host);
    }
    return address;
  }

  /** Creates what a new connection needs below the WebSocket. */
  SocketLayer layer() throws IOException {
    return secure ? new TlsLayer(host.replaceAll("[\\[\\]]", ""), port) : SocketLayer.PLAIN;
  }

  /** Returns the upgrade request (RFC 6455 section 4.1). */
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
    return (secure ? "wss://" : "ws://") + host + ":" + port + path;
  }
}
