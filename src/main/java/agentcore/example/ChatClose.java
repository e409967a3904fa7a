package agentcore.example;

import agentcore.core.message.CloseCode;

/** The chat's own close code, beside those of the library. */
public final class ChatClose {
  /** An operator closed the user's connections. */
  public static final CloseCode DISCONNECTED = new CloseCode(4411, "disconnected by an operator");

  private ChatClose() {}
}
