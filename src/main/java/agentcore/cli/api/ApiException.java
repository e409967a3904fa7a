package agentcore.cli.api;

/** The API did not do what was asked; the message is a sentence for the user. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String errorCode;

  ApiException(String message) {
    this(message, "");
  }

  /**
   * Creates an exception.
   *
   * @param errorCode of the server's answer; empty if there is none
   */
  ApiException(String message, String errorCode) {
    super(message);
    this.errorCode = errorCode;
  }

  String errorCode() {
    return errorCode;
  }
}
