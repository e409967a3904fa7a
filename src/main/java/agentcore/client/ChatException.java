package agentcore.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A call to the client failed. In addition to the server's codes there are {@code NOT_CONNECTED},
 * {@code CONNECTION_LOST}, {@code TIMEOUT}, {@code GAVE_UP} and {@code CLOSED}.
 */
public final class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int NO_CODE = 0;

  private final String code;
  private final boolean isRetryable;
  private final long retryAfterNanos;
  private final int closeCode;

  private ChatException(
      String code, String message, boolean isRetryable, long retryAfterNanos, int closeCode) {
    super(message);
    this.code = code;
    this.isRetryable = isRetryable;
    this.retryAfterNanos = retryAfterNanos;
    this.closeCode = closeCode;
  }

  static ChatException of(String code, String message) {
    return new ChatException(code, message, false, -1, NO_CODE);
  }

  static ChatException retryable(String code, String message) {
    return new ChatException(code, message, true, -1, NO_CODE);
  }

  static ChatException closed(String message, int closeCode) {
    return new ChatException("CLOSED", message, false, -1, closeCode);
  }

  static ChatException rateLimited(long retryAfterNanos) {
    return new ChatException(
        "RATE_LIMIT_EXCEEDED", "Rate limit exceeded", true, retryAfterNanos, NO_CODE);
  }

  static ChatException notInRoom(String room) {
    return of("NOT_IN_ROOM", "Not in room: " + room);
  }

  /** Reads an {@code error} of the server. */
  static ChatException of(ChatEvent error) {
    long nanos = error.has("retry_after") ? (long) (error.decimal("retry_after") * 1e9) : -1;
    return new ChatException(
        error.text("error_code"), error.text("message"), error.is("retryable"), nanos, NO_CODE);
  }

  /** Returns the code, for programs. */
  public String code() {
    return code;
  }

  boolean is(String otherCode) {
    return code.equals(otherCode);
  }

  /** Returns whether the same call may succeed later. */
  public boolean isRetryable() {
    return isRetryable;
  }

  /** Returns how long to wait before another attempt, if the server says so. */
  public Optional<Duration> retryAfter() {
    return retryAfterNanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(retryAfterNanos));
  }

  long retryAfterNanosOr(long otherNanos) {
    return retryAfterNanos < 0 ? otherNanos : retryAfterNanos;
  }

  /** Returns the server's close code, if the client was closed by one. */
  public OptionalInt closeCode() {
    return closeCode == NO_CODE ? OptionalInt.empty() : OptionalInt.of(closeCode);
  }
}
