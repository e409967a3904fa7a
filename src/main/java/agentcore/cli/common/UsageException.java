package agentcore.cli.common;

/** The command line was not understood; the message says which part of it. */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes one that says what is wrong, and what it must be. */
  public UsageException(String message) {
    super(message);
  }
}
