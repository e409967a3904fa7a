package agentcore.core.auth;

/** Reports a token that is not valid. It has no stack trace: it is an answer, not a defect. */
public final class TokenException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param reason sent to the client as the close reason, so it must not contain the token. Up to
   *     123 bytes of UTF-8; a longer one is replaced by the reason of the close code
   */
  public TokenException(String reason) {
    super(reason, null, false, false);
  }

  /** Returns what is wrong with the token. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
