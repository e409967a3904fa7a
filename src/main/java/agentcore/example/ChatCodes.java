package agentcore.example;

import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import java.util.List;

/** The chat's own error codes and its close code, beside those of the library. */
public final class ChatCodes {
  /** There is no such room, or it is private and the user may not know about it. */
  public static final ErrorCode ROOM_NOT_FOUND = new ErrorCode("ROOM_NOT_FOUND", false);

  /** Another room has this name. */
  public static final ErrorCode ROOM_EXISTS = new ErrorCode("ROOM_EXISTS", false);

  /** The connection is not a member of the room. */
  public static final ErrorCode NOT_IN_ROOM = new ErrorCode("NOT_IN_ROOM", false);

  /** No connection of this user is online. */
  public static final ErrorCode USER_NOT_FOUND = new ErrorCode("USER_NOT_FOUND", false);

  /** A limit is reached, which the sentence names. */
  public static final ErrorCode LIMIT_EXCEEDED = new ErrorCode("LIMIT_EXCEEDED", false);

  /** An operator closed the user's connections. */
  public static final CloseCode DISCONNECTED = new CloseCode(4411, "disconnected by an operator");

  private ChatCodes() {}

  static List<ErrorCode> errors() {
    return List.of(ROOM_NOT_FOUND, ROOM_EXISTS, NOT_IN_ROOM, USER_NOT_FOUND, LIMIT_EXCEEDED);
  }
}
