package agentcore.core.backend;

/** The store did not answer: nothing is known of what was asked. Clients are told to try again. */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one that says what failed, without any secret of the store's address. */
  public BackendException(String message) {
    super(message);
  }

  /** Makes one that says what failed and why. */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
