package agentcore.core.consumer;

import agentcore.core.message.Message;

/**
 * Handles the requests of one type.
 *
 * {@snippet file="Board.java" region="handler"}
 */
@FunctionalInterface
public interface Handler {
  /**
   * Handles a request, on the reader thread of its connection. May block, which delays only this
   * client.
   *
   * @throws agentcore.core.message.ClientException to answer with an error. A {@link
   *     agentcore.core.backend.BackendException} is answered with BACKEND_UNAVAILABLE; anything
   *     else is logged as a defect and answered with INTERNAL_ERROR
   */
  void handle(Session session, Message message);
}
