package agentcore.client;

import agentcore.client.requests.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A call to the client failed. In addition to the server's codes there are {@code NOT_CONNECTED},
 * {@code CONNECTION_LOST}, {@code TIMEOUT}, {@code GAVE_UP} and {@code CLOSED}.
 */
public final class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;
  private final boolean isRetryable;
  private final long retryAfterNanos;
  private final int closeCode;

  ChatException(Failure failure) {
    super(failure.message());
    this.code = failure.code();
    this.isRetryable = failure.isRetryable();
    this.retryAfterNanos = failure.retryAfterNanos();
    this.closeCode = failure.closeCode();
  }

  /** Returns the code, for programs. */
  public String code() {
    return code;
  }

  /** Returns whether the same call may succeed later. */
  public boolean isRetryable() {
    return isRetryable;
  }

  /** Returns how long to wait before another attempt, if the server says so. */
  public Optional<Duration> retryAfter() {
    return retryAfterNanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(retryAfterNanos));
  }

  /** Returns the server's close code, if the client was closed by one. */
  public OptionalInt closeCode() {
    return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
  }
}
