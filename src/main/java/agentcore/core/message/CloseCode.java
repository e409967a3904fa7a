package agentcore.core.message;

import static java.nio.charset.StandardCharsets.UTF_8;

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
  /** The client closed. */
  public static final CloseCode NORMAL = new CloseCode(1000, "closed");

  /** The server stops, or the client's stream ended without a close frame. */
  public static final CloseCode GOING_AWAY = new CloseCode(1001, "server stops");

  /** The client sent a frame that RFC 6455 forbids, for example an unmasked one. */
  public static final CloseCode PROTOCOL_ERROR = new CloseCode(1002, "protocol error");

  /** The client sent a binary frame. */
  public static final CloseCode UNSUPPORTED_DATA =
      new CloseCode(1003, "binary frames are not supported");

  /** The stream ended without a close frame. Never sent. */
  public static final CloseCode ABNORMAL = new CloseCode(1006, "connection lost");

  /** The client sent a text that is not UTF-8. */
  public static final CloseCode INVALID_UTF8 = new CloseCode(1007, "text is not UTF-8");

  /** The client kept flooding after many refusals. */
  public static final CloseCode POLICY = new CloseCode(1008, "too many requests");

  /** The client sent a message larger than WS_MAX_MESSAGE_SIZE, or in too many fragments. */
  public static final CloseCode TOO_BIG = new CloseCode(1009, "message too big");

  /** The server has a defect; its log has the stack. */
  public static final CloseCode INTERNAL_ERROR = new CloseCode(1011, "internal error");

  /** The server drains: the client resumes on another one. */
  public static final CloseCode SERVICE_RESTART = new CloseCode(1012, "server restarts");

  /** The server has no room for the connection or its messages, or cannot reach the store. */
  public static final CloseCode TRY_AGAIN_LATER = new CloseCode(1013, "try again later");

  /** The token is missing, malformed, badly signed or expired. */
  public static final CloseCode BAD_TOKEN = new CloseCode(4401, "token missing or invalid");

  /** The token belongs to another user than the path names. */
  public static final CloseCode FOREIGN_TOKEN = new CloseCode(4403, "token of another user");

  /**
   * More than SEND_QUEUE_BYTES waited for the client, it took nothing for WS_HEARTBEAT_TIMEOUT, or
   * the server needed the memory (SEND_QUEUE_TOTAL_BYTES).
   */
  public static final CloseCode TOO_SLOW =
      new CloseCode(4408, "too slow: messages waited too long to be sent");

  /** The user has MAX_CONNECTIONS_PER_CLIENT connections. */
  public static final CloseCode TOO_MANY_CONNECTIONS =
      new CloseCode(4409, "too many connections of this user");

  /** The client was silent for WS_HEARTBEAT_TIMEOUT. */
  public static final CloseCode HEARTBEAT_TIMEOUT = new CloseCode(4410, "heartbeat timeout");

  private static final List<CloseCode> LIBRARY =
      List.of(
          NORMAL,
          GOING_AWAY,
          PROTOCOL_ERROR,
          UNSUPPORTED_DATA,
          ABNORMAL,
          INVALID_UTF8,
          POLICY,
          TOO_BIG,
          INTERNAL_ERROR,
          SERVICE_RESTART,
          TRY_AGAIN_LATER,
          BAD_TOKEN,
          FOREIGN_TOKEN,
          TOO_SLOW,
          TOO_MANY_CONNECTIONS,
          HEARTBEAT_TIMEOUT);

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

  /** Returns whether the server may close a connection with this code. */
  public boolean isSendable() {
    return number >= MIN_OWN || (LIBRARY.contains(this) && !equals(ABNORMAL));
  }

  /** Returns the library's own codes, in the order of their numbers. */
  public static List<CloseCode> library() {
    return LIBRARY;
  }
}
