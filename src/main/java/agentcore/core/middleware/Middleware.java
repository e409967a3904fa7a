package agentcore.core.middleware;

import agentcore.core.message.Message;

/**
 * Decides about messages before their handlers see them. {@code AgentCore.use} adds one.
 *
 * <p>Threads: one object serves all connections, on many threads at once. The messages of one
 * client are checked one after the other, on its connection's reader thread.
 *
 * {@snippet file="Servers.java" region="middleware"}
 */
public interface Middleware {
  /**
   * Decides about a message. The first verdict other than {@link Verdict#PASS} is final. May block,
   * which delays only this client.
   *
   * @return the verdict. An exception is answered like one of a handler: a ClientException with its
   *     code, a BackendException with BACKEND_UNAVAILABLE, and any other, which is logged, with
   *     INTERNAL_ERROR
   */
  Verdict check(Client client, Message message);

  /**
   * Called once for each checked message, when it has been handled or another verdict was final.
   * Exceptions are logged.
   *
   * @param verdict {@link Verdict.Pass} if the handler succeeded; {@link Verdict.Refuse} if the
   *     client was sent an error, by a middleware or because the handler failed; otherwise the
   *     {@link Verdict.Drop} or {@link Verdict.Close} of a middleware
   * @param nanos how long it took, in nanoseconds
   */
  default void done(Client client, Message message, Verdict verdict, long nanos) {}

  /** Called when a connection has ended. May block. Exceptions are logged. */
  default void disconnected(Client client) {}
}
