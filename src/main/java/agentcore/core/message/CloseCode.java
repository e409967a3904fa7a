package agentcore.core.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Why a connection ends: the number and the reason of a close frame (RFC 6455 section 7.4).
 *
 * <p>The constants are the library's own codes. A consumer defines more with a number from 4000 to
 * 4999, the range for private use, and lists them in {@code Consumer.closeCodes}.
 *
 * @param number from 1000 to 4999
 * @param reason a sentence for people, at most 123 bytes of UTF-8
 */
public record CloseCode(int number, String reason) {
  /** The library's own codes; filled while this class is initialised. */
  private static final List<CloseCode> LIBRARY = new ArrayList<>();

  /** The client closed. */
  public static final CloseCode NORMAL = library(1000, "closed");

  /** The server stops, or the client's stream ended without a close frame. */
  public static final CloseCode GOING_AWAY = library(1001, "server stops");

  /** The client sent a frame that RFC 6455 forbids, for example an unmasked one. */
  public static final CloseCode PROTOCOL_ERROR = library(1002, "protocol error");

  /** The client sent a binary frame. */
  public static final CloseCode UNSUPPORTED_DATA = library(1003, "binary frames are not supported");

  /** The stream ended without a close frame. Never sent. */
  public static final CloseCode ABNORMAL = library(1006, "connection lost");

  /** The client sent a text that is not UTF-8. */
  public static final CloseCode INVALID_UTF8 = library(1007, "text is not UTF-8");

  /** The client kept flooding after many refusals. */
  public static final CloseCode POLICY = library(1008, "too many requests");

  /** The client sent a message larger than WS_MAX_MESSAGE_SIZE, or in too many fragments. */
  public static final CloseCode TOO_BIG = library(1009, "message too big");

  /** The server has a defect; its log has the stack. */
  public static final CloseCode INTERNAL_ERROR = library(1011, "internal error");

  /** The server drains: the client resumes on another one. */
  public static final CloseCode SERVICE_RESTART = library(1012, "server restarts");

  /** The server has no room for the connection or its messages, or cannot reach the store. */
  public static final CloseCode TRY_AGAIN_LATER = library(1013, "try again later");

  /** The token is missing, malformed, badly signed or expired. */
  public static final CloseCode BAD_TOKEN = library(4401, "token missing or invalid");

  /** The token belongs to another user than the path names. */
  public static final CloseCode FOREIGN_TOKEN = library(4403, "token of another user");

  /**
   * More than SEND_QUEUE_BYTES waited for the client, it took nothing for WS_HEARTBEAT_TIMEOUT, or
   * the server needed the memory (SEND_QUEUE_TOTAL_BYTES).
   */
  public static final CloseCode TOO_SLOW =
      library(4408, "too slow: messages waited too long to be sent");

  /** The user has MAX_CONNECTIONS_PER_CLIENT connections. */
  public static final CloseCode TOO_MANY_CONNECTIONS =
      library(4409, "too many connections of this user");

  /** The client was silent for WS_HEARTBEAT_TIMEOUT. */
  public static final CloseCode HEARTBEAT_TIMEOUT = library(4410, "heartbeat timeout");

  /** The smallest code that applications may define (RFC 6455 section 7.4.2). */
  private static final int MIN_OWN = 4000;

  /** A control frame holds 125 bytes (RFC 6455 section 5.5), of which the number takes two. */
  private static final int MAX_REASON_BYTES = 123;

  /** Checks the number and the length of the reason. */
  public CloseCode {
    if (number < 1000 || number > 4999) {
      throw new IllegalArgumentException("a close code must be from 1000 to 4999: " + number);
    }
    if (reason.getBytes(UTF_8).length > MAX_REASON_BYTES) {
      throw new IllegalArgumentException(
          "a close reason must have at most " + MAX_REASON_BYTES + " bytes: " + reason);
    }
  }

  private static CloseCode library(int number, String reason) {
    CloseCode code = new CloseCode(number, reason);
    LIBRARY.add(code);
    return code;
  }

  /** Returns whether the server may close a connection with this code. */
  public boolean isSendable() {
    return number >= MIN_OWN || (LIBRARY.contains(this) && !equals(ABNORMAL));
  }

  /** Returns the library's own codes, in the order of their numbers. */
  public static List<CloseCode> library() {
    return Collections.unmodifiableList(LIBRARY);
  }
}
