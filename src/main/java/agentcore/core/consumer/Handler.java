package agentcore.core.consumer;

import agentcore.core.message.Message;

/**
 * What is done for one type of request.
 *
 * {@snippet file="Board.java" region="handler"}
 */
@FunctionalInterface
public interface Handler {
  /**
   * Handles a request, on the reader thread of its connection; it may block, which slows nobody but
   * the asker.
   *
   * @throws agentcore.core.message.ClientException to answer with an error; whatever else it throws
   *     is a defect, is logged, and is answered as INTERNAL_ERROR
   */
  void handle(Session session, Message message);
}
