package agentcore.cli.chat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Why a connection ended, or did not begin, and what is to be done about it.
 *
 * @param words for the user
 */
record Ending(Next next, String words) {
  /** What to do. */
  enum Next {
    /** Connect again, and resume. */
    AGAIN,
    /** Connect again, but not at once. */
    LATER,
    /** Connect again if it has worked before; else the address is probably wrong. */
    IF_IT_WORKED,
    /** The same would happen again. */
    NEVER
  }

  private static final int FIRST_OWN_CODE = 3000;

  static Ending lost(String words) {
    return new Ending(Next.AGAIN, words);
  }

  /** Returns the meaning of a close code: RFC 6455 section 7.4 and section 6 of the protocol. */
  static Ending ofClose(int code, String reason) {
    return switch (code) {
      case 1000 -> new Ending(Next.NEVER, "the server closed the connection");
      case 1001 -> lost("the server stops");
      case 1012 -> lost("the server restarts");
      case 1002, 1003, 1007 -> new Ending(Next.NEVER, "the server did not understand this client");
      case 1008 -> new Ending(Next.NEVER, "the server took this for a flood of requests");
      case 1009 -> new Ending(Next.NEVER, "a line was longer than the server takes");
      case 1011 -> lost("the server had an internal error");
      case 1013 -> new Ending(Next.LATER, "the server cannot take anybody now");
      case 4401 ->
          new Ending(Next.NEVER, "the token is missing, wrong or has ended: get a new one");
      case 4403 -> new Ending(Next.NEVER, "the token is another user's");
      case 4408 -> lost("messages could not be received fast enough");
      case 4409 -> new Ending(Next.LATER, "this user has too many connections already");
      case 4410 -> lost("the server heard nothing for too long");
      default -> {
        String words = "the server closed the connection: " + code + " " + Printable.line(reason);
        yield new Ending(code < FIRST_OWN_CODE ? Next.AGAIN : Next.NEVER, words.strip());
      }
    };
  }

  /** Returns the meaning of a failure of the network, or of the server's answer in HTTP. */
  static Ending ofFailure(Throwable failure) {
    if (find(failure, WebSocketHandshakeException.class).isPresent()) {
      var response = find(failure, WebSocketHandshakeException.class).get().getResponse();
      return response == null
          ? lost("the server's answer was broken")
          : ofHttp(response.statusCode());
    }
    if (find(failure, UnknownHostException.class).isPresent()
        || find(failure, UnresolvedAddressException.class).isPresent()) {
      return new Ending(Next.IF_IT_WORKED, "there is no such host");
    }
    if (find(failure, SSLException.class).isPresent()) {
      String why = String.valueOf(find(failure, SSLException.class).get().getMessage());
      return new Ending(Next.IF_IT_WORKED, "no secure connection: " + Printable.line(why));
    }
    if (find(failure, HttpTimeoutException.class).isPresent()) {
      return new Ending(Next.IF_IT_WORKED, "the server does not answer");
    }
    if (find(failure, ConnectException.class).isPresent()) {
      return new Ending(Next.IF_IT_WORKED, "nothing listens there; is the server running?");
    }
    return new Ending(Next.IF_IT_WORKED, "the connection was cut");
  }

  private static Ending ofHttp(int status) {
    return switch (status) {
      case 400 -> new Ending(Next.NEVER, "the server does not take this address or user name");
      case 401, 403 -> new Ending(Next.NEVER, "the server does not let this client in");
      case 404 -> new Ending(Next.NEVER, "there is no chat at this address");
      case 429, 502, 503, 504 -> new Ending(Next.LATER, "the server cannot take anybody now");
      default ->
          new Ending(Next.NEVER, "the server speaks no WebSocket there (HTTP " + status + ")");
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
