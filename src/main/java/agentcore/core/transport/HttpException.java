package agentcore.core.transport;

/** A request that is answered with an error of HTTP; it carries no stack: it is an answer. */
final class HttpException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  HttpException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  HttpResponse response() {
    HttpResponse response = HttpResponse.text(status, String.valueOf(getMessage()));
    return switch (status) {
      case 405 -> response.with("Allow", "GET");
      case 426 -> response.with("Upgrade", "websocket").with("Sec-WebSocket-Version", "13");
      default -> response;
    };
  }
}
