package agentcore.core.consumer;

import agentcore.core.backend.PublishResult;
import agentcore.core.message.Message;
import java.util.function.Supplier;

/**
 * A request whose message is on its way to the log.
 *
 * @param request the request
 * @param startedNanos when it was sent on its way
 * @param receipt waits until the message is in the log
 * @param answer what is left to do then
 */
record Unanswered(
    Message request, long startedNanos, Supplier<PublishResult> receipt, Answer answer) {
  /**
   * Asks for the receipt: members are told no later than that, and their waiting is not to depend
   * on how fast this client takes its answers.
   *
   * @return the same, whose receipt is there, or throws what it threw
   */
  Unanswered received() {
    return new Unanswered(request, startedNanos, ask(receipt), answer);
  }

  private static Supplier<PublishResult> ask(Supplier<PublishResult> receipt) {
    try {
      PublishResult received = receipt.get();
      return () -> received;
    } catch (RuntimeException | Error failure) {
      return () -> {
        throw failure;
      };
    }
  }
}
