package agentcore.core.dispatch;

import agentcore.core.backend.Log.PublishResult;
import agentcore.core.consumer.Session;
import agentcore.core.message.Message;
import java.util.function.Supplier;

/** A request whose event is being stored, and whose reply is due when it has been stored. */
final class PendingReply {
  final Message request;
  private final Session.Reply reply;
  private final long startedNanos = System.nanoTime();
  private Supplier<PublishResult> result;

  PendingReply(Message request, Supplier<PublishResult> result, Session.Reply reply) {
    this.request = request;
    this.result = result;
    this.reply = reply;
  }

  /** Returns how long the request has been pending. */
  long nanos() {
    return System.nanoTime() - startedNanos;
  }

  /** Waits until the event has been stored or has failed, which {@link #send} then throws. */
  void awaitResult() {
    try {
      PublishResult received = result.get();
      result = () -> received;
    } catch (RuntimeException | Error failure) {
      result =
          () -> {
            throw failure;
          };
    }
  }

  void send() {
    reply.send(result.get());
  }
}
