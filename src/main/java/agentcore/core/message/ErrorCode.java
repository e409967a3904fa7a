package agentcore.core.message;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What went wrong, as an {@code error} event names it.
 *
 * <p>The constants are the library's own codes. A consumer defines more and lists them in {@code
 * Consumer.errorCodes}.
 *
 * @param name capitals, digits and underscores, such as {@code ROOM_NOT_FOUND}
 * @param retryable whether the same request may succeed later without being changed
 */
public record ErrorCode(String name, boolean retryable) {
  /** The frame is not one value of strict JSON (RFC 8259), or is nested too deeply. */
  public static final ErrorCode INVALID_JSON = new ErrorCode("INVALID_JSON", false);

  /** The frame is no object, or has a field of the wrong type, which the sentence names. */
  public static final ErrorCode INVALID_MESSAGE_FORMAT =
      new ErrorCode("INVALID_MESSAGE_FORMAT", false);

  /** The request has no {@code type}. */
  public static final ErrorCode MISSING_MESSAGE_TYPE = new ErrorCode("MISSING_MESSAGE_TYPE", false);

  /** The request has a {@code type} without a handler. */
  public static final ErrorCode UNKNOWN_MESSAGE_TYPE = new ErrorCode("UNKNOWN_MESSAGE_TYPE", false);

  /** A field has an invalid value; the sentence says what it must be. */
  public static final ErrorCode VALIDATION_FAILED = new ErrorCode("VALIDATION_FAILED", false);

  /** This user may not do this. */
  public static final ErrorCode NOT_ALLOWED = new ErrorCode("NOT_ALLOWED", false);

  /** The user sent too many messages; {@code retry_after} says when the next one is accepted. */
  public static final ErrorCode RATE_LIMIT_EXCEEDED = new ErrorCode("RATE_LIMIT_EXCEEDED", true);

  /** The store did not answer in time: the request may or may not have been carried out. */
  public static final ErrorCode BACKEND_UNAVAILABLE = new ErrorCode("BACKEND_UNAVAILABLE", true);

  /** The server has a defect; its log has the stack. */
  public static final ErrorCode INTERNAL_ERROR = new ErrorCode("INTERNAL_ERROR", false);

  private static final List<ErrorCode> LIBRARY =
      List.of(
          INVALID_JSON,
          INVALID_MESSAGE_FORMAT,
          MISSING_MESSAGE_TYPE,
          UNKNOWN_MESSAGE_TYPE,
          VALIDATION_FAILED,
          NOT_ALLOWED,
          RATE_LIMIT_EXCEEDED,
          BACKEND_UNAVAILABLE,
          INTERNAL_ERROR);

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it has other characters, or begins with a digit
   */
  public ErrorCode {
    if (!Pattern.matches("[A-Z][A-Z0-9_]*", name)) {
      throw new IllegalArgumentException("an error code must be a name in capitals: " + name);
    }
  }

  /** Returns the library's own codes. */
  public static List<ErrorCode> library() {
    return LIBRARY;
  }

  @Override
  public String toString() {
    return name;
  }
}
