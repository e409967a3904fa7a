package agentcore.core.message;

/**
 * What an {@code error} event can say. The codes are the protocol's, in its order.
 *
 * <p>A retryable error says that the same request may succeed later without being changed.
 */
public enum ErrorCode {
  /** Not one value of strict JSON (RFC 8259), or nested too deeply. */
  INVALID_JSON(false),
  /** No object, or a field of the wrong kind, which the sentence names. */
  INVALID_MESSAGE_FORMAT(false),
  /** No {@code type}. */
  MISSING_MESSAGE_TYPE(false),
  /** A {@code type} that nobody handles. */
  UNKNOWN_MESSAGE_TYPE(false),
  /** A field whose value cannot be; the sentence says what it must be. */
  VALIDATION_FAILED(false),
  /** No such room, or a private one that is none of the asker's business. */
  ROOM_NOT_FOUND(false),
  /** The name of a room is taken. */
  ROOM_EXISTS(false),
  /** The connection is not in the room. */
  NOT_IN_ROOM(false),
  /** Only the room's creator may do it. */
  NOT_ALLOWED(false),
  /** No connection of that user is online. */
  USER_NOT_FOUND(false),
  /** There are as many as there may be; the sentence names the limit. */
  LIMIT_EXCEEDED(false),
  /** Too many messages in a time; {@code retry_after} says when there is room for one. */
  RATE_LIMIT_EXCEEDED(true),
  /** The store did not answer: what was asked may or may not have been done. */
  BACKEND_UNAVAILABLE(true),
  /** A defect of ours, whose stack is in the log. */
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
