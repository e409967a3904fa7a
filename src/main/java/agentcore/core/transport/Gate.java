package agentcore.core.transport;

import agentcore.core.auth.Authenticator;
import agentcore.core.auth.Identity;
import agentcore.core.auth.TokenException;
import agentcore.core.http.HttpRequest;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.core.metrics.LimitedLog;
import agentcore.core.security.Origins;
import agentcore.core.security.TrustedProxies;
import java.lang.System.Logger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides who may open a WebSocket. A foreign web page and an address with too many connections are
 * refused with an HTTP status, which costs the least; a bad token with a close code, because
 * browsers do not show the HTTP status to scripts.
 */
public final class Gate {
  private static final Logger LOG = System.getLogger(Gate.class.getName());
  private static final LimitedLog DEFECTS = new LimitedLog(LOG, "authenticators that failed");
  private static final int MAX_REASON_BYTES = 123; // RFC 6455 section 5.5
  private static final int MAX_LOGGED_CHARS = 200;

  /** The rest of an IPv6 address is its owner's choice (RFC 4291 section 2.5.1). */
  private static final int IPV6_NETWORK_BYTES = 8;

  private final LimitedLog foreign = new LimitedLog(LOG, "refused origins");
  private final LimitedLog crowded = new LimitedLog(LOG, "refused addresses");
  private final Optional<Authenticator> authenticator;
  private final Origins origins;
  private final TrustedProxies proxies;
  private final int maxPerAddress;

  /** The number of WebSockets of each network that has any. */
  private final Map<ByteBuffer, Integer> openByNetwork = new ConcurrentHashMap<>();

  /**
   * Creates a gate.
   *
   * @param authenticator empty if any client may connect as any user
   * @param maxPerAddress the maximum number of WebSockets of one client address; 0 for no limit
   */
  public Gate(
      Optional<Authenticator> authenticator,
      Origins origins,
      TrustedProxies proxies,
      int maxPerAddress) {
    this.authenticator = authenticator;
    this.origins = origins;
    this.proxies = proxies;
    this.maxPerAddress = maxPerAddress;
  }

  /**
   * Checks the web page that opens the connection. Programs other than browsers send no origin and
   * pass.
   *
   * @throws HttpException 403
   */
  void checkOrigin(HttpRequest request) throws HttpException {
    Optional<String> origin = request.header("origin");
    String host = request.header("host").orElse("");
    if (origin.isPresent() && !origins.allow(origin.get(), host)) {
      foreign.info(
          "refused origin={0} host={1}",
          Names.printable(Names.cut(origin.get(), MAX_LOGGED_CHARS)),
          Names.printable(Names.cut(host, MAX_LOGGED_CHARS)));
      throw new HttpException(403, "Origin not allowed");
    }
  }

  /**
   * Counts a WebSocket of the client's address.
   *
   * @return the address, for {@link #leave}
   * @throws HttpException 429 if the address has too many
   */
  InetAddress enter(HttpRequest request, InetAddress peer) throws HttpException {
    InetAddress client = proxies.client(peer, request.header("x-forwarded-for").orElse(""));
    if (maxPerAddress > 0
        && openByNetwork.merge(network(client), 1, Integer::sum) > maxPerAddress) {
      leave(client);
      crowded.info("refused address={0}: too many connections", client.getHostAddress());
      throw new HttpException(429, "Too many connections from this address");
    }
    return client;
  }

  /** Undoes one {@link #enter}. */
  void leave(InetAddress client) {
    openByNetwork.computeIfPresent(network(client), (key, open) -> open == 1 ? null : open - 1);
  }

  int networks() {
    return openByNetwork.size();
  }

  private static ByteBuffer network(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean ipv6 = address instanceof Inet6Address;
    return ByteBuffer.wrap(bytes, 0, ipv6 ? IPV6_NETWORK_BYTES : bytes.length);
  }

  /**
   * Checks that the request carries a token of {@code user}. May block.
   *
   * @return the user and the other claims of the token
   */
  Identity identify(HttpRequest request, String user) throws CloseException {
    if (authenticator.isEmpty()) {
      return new Identity(user, Instant.MAX);
    }
    List<String> tokens = Handshake.tokens(request);
    if (tokens.size() != 1) {
      throw new CloseException(
          CloseCode.BAD_TOKEN, tokens.isEmpty() ? "token missing" : "more than one token");
    }
    Identity identity = identity(authenticator.get(), tokens.getFirst());
    if (!identity.user().equals(user)) {
      throw new CloseException(CloseCode.FOREIGN_TOKEN);
    }
    return identity;
  }

  private static Identity identity(Authenticator authenticator, String token)
      throws CloseException {
    try {
      return authenticator.identify(token);
    } catch (TokenException bad) {
      boolean fits = bad.reason().getBytes(StandardCharsets.UTF_8).length <= MAX_REASON_BYTES;
      throw new CloseException(
          CloseCode.BAD_TOKEN, fits ? bad.reason() : CloseCode.BAD_TOKEN.reason());
    } catch (RuntimeException defect) {
      DEFECTS.error("an authenticator failed", defect);
      throw new CloseException(CloseCode.INTERNAL_ERROR);
    }
  }
}
