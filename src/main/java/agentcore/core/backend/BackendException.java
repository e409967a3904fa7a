package agentcore.core.backend;

/**
 * The store did not answer, or refused: it is unknown whether the requested step happened. Clients
 * receive {@code BACKEND_UNAVAILABLE} and may retry.
 */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what failed; must not hold a secret of the store's address
   */
  public BackendException(String message) {
    super(message);
  }

  /** Creates an exception with its cause. */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
