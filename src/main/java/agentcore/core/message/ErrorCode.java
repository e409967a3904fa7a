package agentcore.core.message;

/**
 * What an {@code error} event can say. The codes are the protocol's, in its order.
 *
 * <p>A retryable error says that the same request may succeed later without being changed.
 */
public enum ErrorCode {
  INVALID_JSON(false),
  INVALID_MESSAGE_FORMAT(false),
  MISSING_MESSAGE_TYPE(false),
  UNKNOWN_MESSAGE_TYPE(false),
  VALIDATION_FAILED(false),
  ROOM_NOT_FOUND(false),
  ROOM_EXISTS(false),
  NOT_IN_ROOM(false),
  NOT_ALLOWED(false),
  USER_NOT_FOUND(false),
  LIMIT_EXCEEDED(false),
  RATE_LIMIT_EXCEEDED(true),
  BACKEND_UNAVAILABLE(true),
  INTERNAL_ERROR(false);

  private final boolean retryable;

  ErrorCode(boolean retryable) {
    this.retryable = retryable;
  }

  /** Says whether the unchanged request may succeed later. */
  public boolean retryable() {
    return retryable;
  }
}
