package agentcore.core.auth;

/** A token that is not valid; it carries no stack: it is an answer. */
public final class TokenException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param reason is told to the client, so it holds nothing of the token; of at most 123 bytes
   */
  public TokenException(String reason) {
    super(reason, null, false, false);
  }

  /** Returns what is wrong with the token. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
