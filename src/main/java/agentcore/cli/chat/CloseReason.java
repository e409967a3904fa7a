package agentcore.cli.chat;

import agentcore.cli.common.Printable;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Why a connection was closed or could not be opened, and what the client does next.
 *
 * @param text for the user
 */
record CloseReason(Next next, String text) {
  enum Next {
    RECONNECT,
    /** Reconnect, but not at once. */
    RECONNECT_LATER,
    /** Reconnect if a connection worked before; otherwise the address is probably wrong. */
    RECONNECT_IF_IT_WORKED,
    /** Another attempt would end in the same way. */
    GIVE_UP
  }

  private static final int FIRST_PRIVATE_CODE = 3000;

  static CloseReason lost(String text) {
    return new CloseReason(Next.RECONNECT, text);
  }

  /** Explains a close code: RFC 6455 section 7.4, and section 6 of the protocol. */
  static CloseReason ofClose(int code, String reason) {
    return switch (code) {
      case 1000 -> new CloseReason(Next.GIVE_UP, "the server closed the connection");
      case 1001 -> lost("the server is shutting down");
      case 1012 -> lost("the server is restarting");
      case 1002, 1007 -> // a proxy that ends may cut a frame in two
          new CloseReason(Next.RECONNECT_LATER, "a frame was damaged on its way to the server");
      case 1003 -> new CloseReason(Next.GIVE_UP, "the server did not understand this client");
      case 1008 -> new CloseReason(Next.GIVE_UP, "the server received too many requests");
      case 1009 -> new CloseReason(Next.GIVE_UP, "a line was longer than the server allows");
      case 1011 -> lost("the server had an internal error");
      case 1013 ->
          new CloseReason(Next.RECONNECT_LATER, "the server accepts no connections at the moment");
      case 4401 ->
          new CloseReason(Next.GIVE_UP, "the token is missing, wrong or expired: get a new one");
      case 4403 -> new CloseReason(Next.GIVE_UP, "the token belongs to another user");
      case 4408 -> lost("messages were not read fast enough");
      case 4409 ->
          new CloseReason(Next.RECONNECT_LATER, "this user already has too many connections");
      case 4410 -> lost("the server received nothing for too long");
      case 4411 -> new CloseReason(Next.GIVE_UP, "an operator closed this user's connections");
      default -> {
        String text = "the server closed the connection: " + code + " " + Printable.line(reason);
        yield new CloseReason(
            code < FIRST_PRIVATE_CODE ? Next.RECONNECT : Next.GIVE_UP, text.strip());
      }
    };
  }

  /** Explains a network failure, or the server's HTTP response. */
  static CloseReason ofFailure(Throwable failure) {
    if (find(failure, WebSocketHandshakeException.class).isPresent()) {
      var response = find(failure, WebSocketHandshakeException.class).get().getResponse();
      return response == null
          ? lost("the server's response was malformed")
          : ofHttp(response.statusCode());
    }
    if (find(failure, UnknownHostException.class).isPresent()
        || find(failure, UnresolvedAddressException.class).isPresent()) {
      return new CloseReason(Next.RECONNECT_IF_IT_WORKED, "the host does not exist");
    }
    if (find(failure, SSLException.class).isPresent()) {
      String why = String.valueOf(find(failure, SSLException.class).get().getMessage());
      return new CloseReason(
          Next.RECONNECT_IF_IT_WORKED, "no secure connection: " + Printable.line(why));
    }
    if (find(failure, HttpTimeoutException.class).isPresent()) {
      return new CloseReason(Next.RECONNECT_IF_IT_WORKED, "the server does not respond");
    }
    if (find(failure, ConnectException.class).isPresent()) {
      return new CloseReason(
          Next.RECONNECT_IF_IT_WORKED, "nothing listens there; is the server running?");
    }
    return new CloseReason(Next.RECONNECT_IF_IT_WORKED, "the connection was lost");
  }

  private static CloseReason ofHttp(int status) {
    return switch (status) {
      case 400 -> new CloseReason(Next.GIVE_UP, "the server rejects this address or user name");
      case 401, 403 -> new CloseReason(Next.GIVE_UP, "the server denies access");
      case 404 -> new CloseReason(Next.GIVE_UP, "there is no chat at this address");
      case 429, 502, 503, 504 ->
          new CloseReason(Next.RECONNECT_LATER, "the server accepts no connections at the moment");
      default ->
          new CloseReason(Next.GIVE_UP, "the server has no WebSocket there (HTTP " + status + ")");
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
