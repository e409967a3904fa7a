package agentcore.cli.bench;

/** A measurement that could not be made; the message says why, and what may help. */
final class BenchException extends Exception {
  private static final long serialVersionUID = 1L;

  BenchException(String message) {
    super(message);
  }
}
