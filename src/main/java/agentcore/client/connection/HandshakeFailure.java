package agentcore.client.connection;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Why a WebSocket could not be opened.
 *
 * @param code the close code with which a server that had accepted the connection would say the
 *     same
 * @param text for people
 */
record HandshakeFailure(int code, String text) {
  private static final int ABNORMAL = 1006;
  private static final int TRY_LATER = 1013;
  private static final int BAD_TOKEN = 4401;
  private static final int FORBIDDEN = 4403;

  /** Explains a failure of the network, or the HTTP response of the server. */
  static HandshakeFailure of(Throwable failure) {
    Optional<WebSocketHandshakeException> refused =
        find(failure, WebSocketHandshakeException.class);
    if (refused.isPresent()) {
      var response = refused.get().getResponse();
      return response == null
          ? abnormal("the server's response was malformed")
          : ofStatus(response.statusCode());
    }
    if (find(failure, UnknownHostException.class).isPresent()
        || find(failure, UnresolvedAddressException.class).isPresent()) {
      return abnormal("the host does not exist");
    }
    Optional<SSLException> insecure = find(failure, SSLException.class);
    if (insecure.isPresent()) {
      return abnormal("no secure connection: " + insecure.get().getMessage());
    }
    if (find(failure, HttpTimeoutException.class).isPresent()) {
      return abnormal("the server does not respond");
    }
    if (find(failure, ConnectException.class).isPresent()) {
      return abnormal("nothing listens there; is the server running?");
    }
    return abnormal("the connection was lost");
  }

  private static HandshakeFailure abnormal(String text) {
    return new HandshakeFailure(ABNORMAL, text);
  }

  private static HandshakeFailure ofStatus(int status) {
    return switch (status) {
      case 400 -> abnormal("the server rejects this address or user name");
      case 401 -> new HandshakeFailure(BAD_TOKEN, "the server denies access");
      case 403 -> new HandshakeFailure(FORBIDDEN, "the server denies access");
      case 404 -> abnormal("there is no chat at this address");
      case 429, 502, 503, 504 ->
          new HandshakeFailure(TRY_LATER, "the server accepts no connections at the moment");
      default -> abnormal("the server has no WebSocket there (HTTP " + status + ")");
    };
  }

  private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> kind) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (kind.isInstance(each)) {
        return Optional.of(kind.cast(each));
      }
    }
    return Optional.empty();
  }
}
