package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import java.util.Optional;

/** Memory for the large replies of one connection's current request. For its reader thread. */
final class ReplyMemory {
  private final Outbox outbox;
  private final SendBudget budget;
  private Optional<Charge> reserved = Optional.empty();

  ReplyMemory(Outbox outbox, SendBudget budget) {
    this.outbox = outbox;
    this.budget = budget;
  }

  /**
   * Waits until the peer has room for a reply, without any memory, and then for the memory. What
   * was reserved before is given back first.
   *
   * <p>Nothing is reserved for a peer that has gone: a long replay would otherwise go on for it,
   * and take the memory that living peers wait for.
   *
   * @throws BackendException if there is too little memory for several seconds, or the peer has
   *     gone
   */
  void reserve(int replyBytes, long memoryBytes) {
    giveBack();
    try {
      outbox.awaitRoom(replyBytes);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new BackendException("stopped while waiting for room for a reply", stop);
    }
    requireOpen();
    reserved = Optional.of(budget.reserve(memoryBytes));
    requireOpen(); // waiting for the memory can take seconds
  }

  private void requireOpen() {
    if (!outbox.isOpen()) {
      giveBack();
      throw new BackendException("the connection has ended");
    }
  }

  void giveBack() {
    if (reserved.isPresent()) {
      reserved.get().close();
      reserved = Optional.empty();
    }
  }
}
