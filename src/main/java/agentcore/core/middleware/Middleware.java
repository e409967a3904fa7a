package agentcore.core.middleware;

import agentcore.core.connection.Connection;
import agentcore.core.message.Message;

/**
 * One station on the way of every message, before its handler. Called by reader threads, many at
 * once; for one connection, one message after the other.
 *
 * {@snippet file="Servers.java" region="middleware"}
 */
public interface Middleware {
  /**
   * Decides about a message. The first verdict that is not {@link Verdict.Pass} counts. A defect
   * thrown here is answered as INTERNAL_ERROR.
   */
  Verdict check(Connection connection, Message message);

  /**
   * Hears how it ended, whoever decided it.
   *
   * @param nanos how long it took
   */
  default void done(Connection connection, Message message, Outcome outcome, long nanos) {}

  /** Hears that a connection has ended; may block. */
  default void left(Connection connection) {}
}
