package agentcore.core.dispatch;

import java.util.ArrayList;
import java.util.List;

/**
 * The requests of one connection whose events are being stored, in their order. For the reader
 * thread.
 */
final class PendingReplies {
  /** The maximum number of a connection's requests that wait for the backend at the same time. */
  private static final int MAX_PENDING = 64;

  /** Most of the time there is none. */
  private List<PendingReply> pending = List.of();

  int size() {
    return pending.size();
  }

  /** Tests whether a request of this type may be handled before the pending replies are sent. */
  boolean mayBegin(String type) {
    return pending.isEmpty()
        || (pending.size() < MAX_PENDING && pending.getLast().request.type().equals(type));
  }

  void add(PendingReply reply) {
    if (pending.isEmpty()) {
      pending = new ArrayList<>();
    }
    pending.add(reply);
  }

  /** Removes and returns the replies; waits until the events of all of them are stored. */
  List<PendingReply> awaitAll() {
    List<PendingReply> taken = pending;
    pending = List.of();
    for (PendingReply reply : taken) {
      reply.awaitResult();
    }
    return taken;
  }
}
