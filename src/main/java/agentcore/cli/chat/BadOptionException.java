package agentcore.cli.chat;

/** An option cannot be what it is; the message says which, and what it must be. */
final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1L;

  BadOptionException(String message) {
    super(message);
  }
}
