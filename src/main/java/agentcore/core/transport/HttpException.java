package agentcore.core.transport;

import agentcore.core.http.HttpResponse;

/** Refuses a request with an HTTP status. It has no stack trace, because it is not a defect. */
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
