package agentcore.core.transport;

import agentcore.core.auth.Authenticator;
import agentcore.core.auth.Identity;
import agentcore.core.auth.TokenException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.core.security.Origins;
import agentcore.core.security.TrustedProxies;
import java.lang.System.Logger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who may open a WebSocket. A foreign web page and one connection too many of an address are
 * answered by HTTP, which costs the least; a bad token with a close code, which a browser can see.
 */
public final class Gate {
  private static final Logger LOG = System.getLogger(Gate.class.getName());
  private static final LimitedLog DEFECTS = new LimitedLog(LOG, "authenticators that failed");
  private static final int MAX_REASON_BYTES = 123; // RFC 6455 section 5.5

  private static final int MAX_LOGGED_CHARS = 200;

  private final LimitedLog foreign = new LimitedLog(LOG, "refused origins");
  private final LimitedLog crowded = new LimitedLog(LOG, "refused addresses");
  private final Optional<Authenticator> authenticator;
  private final Origins origins;
  private final TrustedProxies proxies;
  private final AddressLimit addresses;

  /** A connection that is closed before it has begun. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient CloseCode code;
    private final String reason;

    Refusal(CloseCode code, String reason) {
      super(reason, null, false, false);
      this.code = code;
      this.reason = reason;
    }

    CloseCode code() {
      return code;
    }

    String reason() {
      return reason;
    }
  }

  /**
   * Makes a gate.
   *
   * @param authenticator empty where anybody may connect as anybody
   * @param perAddress WebSockets of one client address; 0 for no limit
   */
  public Gate(
      Optional<Authenticator> authenticator,
      Origins origins,
      TrustedProxies proxies,
      int perAddress) {
    this.authenticator = authenticator;
    this.origins = origins;
    this.proxies = proxies;
    this.addresses = new AddressLimit(perAddress);
  }

  /**
   * Checks whose web page it is that connects; what is no browser says nothing of it, and passes.
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
   * Takes a place among the connections of the client's address.
   *
   * @return the address, for {@link #leave}
   * @throws HttpException 429
   */
  InetAddress enter(HttpRequest request, InetAddress peer) throws HttpException {
    InetAddress client = proxies.client(peer, request.header("x-forwarded-for").orElse(""));
    if (!addresses.enter(client)) {
      crowded.info("refused address={0}: too many connections", client.getHostAddress());
      throw new HttpException(429, "Too many connections from this address");
    }
    return client;
  }

  void leave(InetAddress client) {
    addresses.leave(client);
  }

  /**
   * Checks that the request has a token of {@code user}. May block.
   *
   * @return when the connection must end
   */
  Instant identify(HttpRequest request, String user) throws Refusal {
    if (authenticator.isEmpty()) {
      return Instant.MAX;
    }
    List<String> tokens = Credentials.tokens(request);
    if (tokens.size() != 1) {
      throw new Refusal(
          CloseCode.BAD_TOKEN, tokens.isEmpty() ? "token missing" : "more than one token");
    }
    Identity identity = identity(authenticator.get(), tokens.getFirst());
    if (!identity.user().equals(user)) {
      throw new Refusal(CloseCode.FOREIGN_TOKEN, CloseCode.FOREIGN_TOKEN.reason());
    }
    return identity.until();
  }

  private static Identity identity(Authenticator authenticator, String token) throws Refusal {
    try {
      return authenticator.identify(token);
    } catch (TokenException bad) {
      boolean fits = bad.reason().getBytes(StandardCharsets.UTF_8).length <= MAX_REASON_BYTES;
      throw new Refusal(CloseCode.BAD_TOKEN, fits ? bad.reason() : CloseCode.BAD_TOKEN.reason());
    } catch (RuntimeException defect) {
      DEFECTS.error("an authenticator failed", defect);
      throw new Refusal(CloseCode.INTERNAL_ERROR, CloseCode.INTERNAL_ERROR.reason());
    }
  }
}
