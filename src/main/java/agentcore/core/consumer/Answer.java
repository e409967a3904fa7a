package agentcore.core.consumer;

import agentcore.core.backend.PublishResult;

/** What is left to do of a request when its message is in the log. */
@FunctionalInterface
public interface Answer {
  /**
   * Answers the request, on the reader thread of its connection.
   *
   * @throws agentcore.core.message.ClientException to answer with an error, as from a {@link
   *     Handler}
   */
  void answer(PublishResult receipt);
}
