package agentcore.core.message;

import java.time.Duration;
import java.util.Optional;

/**
 * Refuses a message: the client made a mistake, or can act on the refusal. It is answered with an
 * {@code error} event, and carries no stack, since it is no defect.
 */
public final class ClientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorCode code;

  private final transient Optional<Duration> retryAfter;

  /**
   * Constructs a refusal.
   *
   * @param message the sentence for the client
   */
  public ClientException(ErrorCode code, String message) {
    this(code, message, Optional.empty());
  }

  /** Constructs a refusal that also says when to try again. */
  public ClientException(ErrorCode code, String message, Optional<Duration> retryAfter) {
    super(message, null, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Returns the error code. */
  public ErrorCode code() {
    return code;
  }

  /** Returns the sentence for the client. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** Returns how long the client should wait before it tries again, if that is known. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
