package agentcore.client.requests;

import agentcore.client.connection.Frame;

/**
 * Why a request failed. {@link agentcore.client.ChatException} lists the codes.
 *
 * @param isRetryable whether the same request may succeed later
 * @param retryAfterNanos how long to wait before another attempt; negative if the server does not
 *     say so
 * @param closeCode the server's close code, if the client was closed by one; otherwise 0
 */
public record Failure(
    String code, String message, boolean isRetryable, long retryAfterNanos, int closeCode) {
  private static final int NO_CODE = 0;

  /** Returns a failure that another attempt would not change. */
  public static Failure of(String code, String message) {
    return new Failure(code, message, false, -1, NO_CODE);
  }

  /** Returns a failure after which the same request may succeed. */
  public static Failure retryable(String code, String message) {
    return new Failure(code, message, true, -1, NO_CODE);
  }

  /** Returns the failure of all requests to a client that is closed. */
  public static Failure closed(String message, int closeCode) {
    return new Failure("CLOSED", message, false, -1, closeCode);
  }

  static Failure rateLimited(long retryAfterNanos) {
    return new Failure(
        "RATE_LIMIT_EXCEEDED", "Rate limit exceeded", true, retryAfterNanos, NO_CODE);
  }

  /** Returns the failure of a request about a room that the client is not in. */
  public static Failure notInRoom(String room) {
    return of("NOT_IN_ROOM", "Not in room: " + room);
  }

  /** Reads an {@code error} of the server. */
  static Failure of(Frame error) {
    long nanos = error.has("retry_after") ? (long) (error.decimal("retry_after") * 1e9) : -1;
    return new Failure(
        error.text("error_code"), error.text("message"), error.is("retryable"), nanos, NO_CODE);
  }

  /** Returns whether the failure has this code. */
  public boolean is(String otherCode) {
    return code.equals(otherCode);
  }

  long retryAfterNanosOr(long otherNanos) {
    return retryAfterNanos < 0 ? otherNanos : retryAfterNanos;
  }
}
