package agentcore.core.message;

import java.util.ArrayList;
import java.util.Collections;
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
  /** The library's own codes; filled while this class is initialised. */
  private static final List<ErrorCode> LIBRARY = new ArrayList<>();

  /** The frame is not one value of strict JSON (RFC 8259), or is nested too deeply. */
  public static final ErrorCode INVALID_JSON = library("INVALID_JSON", false);

  /** The frame is no object, or has a field of the wrong type, which the sentence names. */
  public static final ErrorCode INVALID_MESSAGE_FORMAT = library("INVALID_MESSAGE_FORMAT", false);

  /** The request has no {@code type}. */
  public static final ErrorCode MISSING_MESSAGE_TYPE = library("MISSING_MESSAGE_TYPE", false);

  /** The request has a {@code type} without a handler. */
  public static final ErrorCode UNKNOWN_MESSAGE_TYPE = library("UNKNOWN_MESSAGE_TYPE", false);

  /** A field has an invalid value; the sentence says what it must be. */
  public static final ErrorCode VALIDATION_FAILED = library("VALIDATION_FAILED", false);

  /** This user may not do this. */
  public static final ErrorCode NOT_ALLOWED = library("NOT_ALLOWED", false);

  /** The user sent too many messages; {@code retry_after} says when the next one is accepted. */
  public static final ErrorCode RATE_LIMIT_EXCEEDED = library("RATE_LIMIT_EXCEEDED", true);

  /** The store did not answer in time: the request may or may not have been carried out. */
  public static final ErrorCode BACKEND_UNAVAILABLE = library("BACKEND_UNAVAILABLE", true);

  /** The server has a defect; its log has the stack. */
  public static final ErrorCode INTERNAL_ERROR = library("INTERNAL_ERROR", false);

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

  private static ErrorCode library(String name, boolean retryable) {
    ErrorCode code = new ErrorCode(name, retryable);
    LIBRARY.add(code);
    return code;
  }

  /** Returns the library's own codes. */
  public static List<ErrorCode> library() {
    return Collections.unmodifiableList(LIBRARY);
  }

  @Override
  public String toString() {
    return name;
  }
}
