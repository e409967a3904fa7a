package agentcore.core.transport;

import agentcore.core.message.Names;
import java.util.Base64;

/** What a request must be to become a WebSocket (RFC 6455 section 4.2.1), and whose it is. */
final class Handshake {
  private static final int MAX_USER_LENGTH = 64;
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
    int length = Names.length(user);
    if (length < 1 || length > MAX_USER_LENGTH) {
      throw new HttpException(400, "User id must have 1 to " + MAX_USER_LENGTH + " characters");
    }
    if (Names.hasControl(user) || user.indexOf('/') >= 0) {
      throw new HttpException(400, "User id must hold neither control characters nor /");
    }
    return user;
  }
}
