package agentcore.cli.bench;

/** The command line was not understood; the message says which part of it. */
final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1L;

  BadOptionException(String message) {
    super(message);
  }
}
