package agentcore.cli.common;

/** The command line is wrong; the message says which part. */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates an exception; the message says what is wrong and what is expected. */
  public UsageException(String message) {
    super(message);
  }
}
