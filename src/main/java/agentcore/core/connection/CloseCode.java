package agentcore.core.connection;

/**
 * Why a connection ends. Codes below 3000 are those of RFC 6455 section 7.4 and its registry, the
 * others are this protocol's own.
 */
public enum CloseCode {
  /** The client closed. */
  NORMAL(1000, "closed"),
  /** The server stops, or what the peer sends ended without a close frame. */
  GOING_AWAY(1001, "server stops"),
  /** A frame that RFC 6455 forbids, an unmasked one among them. */
  PROTOCOL_ERROR(1002, "protocol error"),
  /** A binary frame. */
  UNSUPPORTED_DATA(1003, "binary frames are not supported"),
  /** The stream ended without a close frame; never sent. */
  ABNORMAL(1006, "connection lost"),
  /** A text that is not UTF-8. */
  INVALID_UTF8(1007, "text is not UTF-8"),
  /** Flooding that went on after many refusals. */
  POLICY(1008, "too many requests"),
  /** A message larger than WS_MAX_MESSAGE_SIZE, or in too many fragments. */
  TOO_BIG(1009, "message too big"),
  /** A defect of ours. */
  INTERNAL_ERROR(1011, "internal error"),
  /** The server drains: the client resumes on another. */
  SERVICE_RESTART(1012, "server restarts"),
  /** No room for a connection, or for what it sends; or the store is away when it is needed. */
  TRY_AGAIN_LATER(1013, "try again later"),
  /** A token is missing, malformed, badly signed or expired. */
  BAD_TOKEN(4401, "token missing or invalid"),
  /** The token is of another user than the path names. */
  FOREIGN_TOKEN(4403, "token of another user"),
  /** More waited than SEND_QUEUE_BYTES or than all may have together, or the peer took nothing. */
  TOO_SLOW(4408, "too slow: messages waited too long to be sent"),
  /** MAX_CONNECTIONS_PER_CLIENT is reached by this user. */
  TOO_MANY_CONNECTIONS(4409, "too many connections of this user"),
  /** No sign of life for WS_HEARTBEAT_TIMEOUT. */
  HEARTBEAT_TIMEOUT(4410, "heartbeat timeout");

  private final int number;
  private final String reason;

  CloseCode(int number, String reason) {
    this.number = number;
    this.reason = reason;
  }

  /** Returns the code as it goes over the wire. */
  public int number() {
    return number;
  }

  /** Returns the sentence that goes with it. */
  public String reason() {
    return reason;
  }
}
