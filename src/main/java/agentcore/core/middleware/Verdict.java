package agentcore.core.middleware;

import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;

/** A decision about a message, and how its handling ended. */
public sealed interface Verdict {
  /** Handles the message. */
  Verdict PASS = new Pass();

  /** Discards the message silently. */
  Verdict DROP = new Drop();

  /** Use {@link #PASS}. */
  record Pass() implements Verdict {}

  /** Use {@link #DROP}. */
  record Drop() implements Verdict {}

  /** Answers the message with an error. */
  record Refuse(ClientException reason) implements Verdict {}

  /** Answers the message with an error and closes the connection. */
  record Close(ClientException reason, CloseCode code) implements Verdict {}
}
