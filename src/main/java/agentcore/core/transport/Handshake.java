package agentcore.core.transport;

import agentcore.core.message.Names;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** What a request must be to become a WebSocket (RFC 6455 section 4.2.1), and whose it is. */
final class Handshake {
  private static final int KEY_BYTES = 16;

  private Handshake() {}

  /**
   * Checks the upgrade itself.
   *
   * @throws HttpException 426 or 400 where it is none
   */
  static void check(HttpRequest request) throws HttpException {
    if (!request.hasToken("upgrade", "websocket") || !request.hasToken("connection", "upgrade")) {
      throw new HttpException(426, "This is a WebSocket endpoint");
    }
    if (!request.header("sec-websocket-version").orElse("").equals("13")) {
      throw new HttpException(426, "WebSocket version 13 is required");
    }
    if (!isKey(request.header("sec-websocket-key").orElse(""))) {
      throw new HttpException(400, "Malformed request: Sec-WebSocket-Key");
    }
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Decodes the user id from its place in a path.
   *
   * @throws HttpException 400 where it is no user id
   */
  static String user(String encoded) throws HttpException {
    String user = Names.trim(PercentCoding.decode(encoded));
    Optional<String> fault = Names.userFault(user);
    if (fault.isPresent()) {
      throw new HttpException(400, fault.get());
    }
    return user;
  }

  /**
   * Writes the request again with what the engine needs of it: what else a client sent, a token
   * above all, is not the library's to parse, keep or log.
   */
  static byte[] forEngine(HttpRequest checked) {
    String protocol =
        checked.list("sec-websocket-protocol").contains(Credentials.SUBPROTOCOL)
            ? "Sec-WebSocket-Protocol: " + Credentials.SUBPROTOCOL + "\r\n"
            : "";
    String head =
        "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + checked.header("sec-websocket-key").orElse("")
            + "\r\n"
            + protocol
            + "\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }
}
