package agentcore.core.middleware;

import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;

/** What a middleware decides about a message. */
public sealed interface Verdict {
  /** Let it through. */
  enum Pass implements Verdict {
    /** The only one. */
    PASS
  }

  /** Answer it with an error. */
  record Refuse(ClientException reason) implements Verdict {}

  /** Forget it without a word. */
  enum Drop implements Verdict {
    /** The only one. */
    DROP
  }

  /** Answer it with an error and end the connection. */
  record Close(ClientException reason, CloseCode code) implements Verdict {}
}
