package agentcore.core.connection;

/**
 * Why a connection ends. Codes below 3000 are those of RFC 6455 section 7.4 and its registry, the
 * others are this protocol's own.
 */
public enum CloseCode {
  NORMAL(1000, "closed"),
  GOING_AWAY(1001, "server stops"),
  PROTOCOL_ERROR(1002, "protocol error"),
  UNSUPPORTED_DATA(1003, "binary frames are not supported"),
  ABNORMAL(1006, "connection lost"),
  INVALID_UTF8(1007, "text is not UTF-8"),
  POLICY(1008, "too many requests"),
  TOO_BIG(1009, "message too big"),
  INTERNAL_ERROR(1011, "internal error"),
  SERVICE_RESTART(1012, "server restarts"),
  TRY_AGAIN_LATER(1013, "try again later"),
  BAD_TOKEN(4401, "token missing or invalid"),
  FOREIGN_TOKEN(4403, "token of another user"),
  TOO_SLOW(4408, "too slow: messages waited too long to be sent"),
  TOO_MANY_CONNECTIONS(4409, "too many connections of this user"),
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
