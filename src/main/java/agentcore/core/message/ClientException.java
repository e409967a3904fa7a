package agentcore.core.message;

import java.time.Duration;
import java.util.Optional;

/**
 * The client's fault, or a refusal that the client can act on: a code and a sentence.
 *
 * <p>Thrown anywhere on the way of a message and caught in exactly one place, the dispatcher, which
 * answers it as an {@code error} event. It carries no stack: it is an answer, not a defect.
 */
public final class ClientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What it is, in the protocol's words. */
  private final transient ErrorCode code;

  private final transient Optional<Duration> retryAfter;

  /** Makes a refusal that the client is told as {@code message}. */
  public ClientException(ErrorCode code, String message) {
    this(code, message, Optional.empty());
  }

  /** Makes a refusal that also says when to try again. */
  public ClientException(ErrorCode code, String message, Optional<Duration> retryAfter) {
    super(message, null, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Returns the protocol's code. */
  public ErrorCode code() {
    return code;
  }

  /** Returns the sentence that the client is told. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** Returns how long the client should wait before it tries again, where that is known. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
