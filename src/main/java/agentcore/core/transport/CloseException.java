package agentcore.core.transport;

import agentcore.core.message.CloseCode;

/** Ends the connection with a code, because of what the client sent. */
final class CloseException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient CloseCode code;

  CloseException(CloseCode code) {
    this(code, code.reason());
  }

  CloseException(CloseCode code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  CloseCode code() {
    return code;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
