package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import java.util.Optional;

/** The memory for the large replies of a connection's current request. For its reader thread. */
final class ReplyReservation {
  private final Outbox outbox;
  private final SendBudget budget;
  private Optional<SendBudget.Charge> reserved = Optional.empty();

  ReplyReservation(Outbox outbox, SendBudget budget) {
    this.outbox = outbox;
    this.budget = budget;
  }

  /**
   * Waits until the outbox has room for a reply, holding no memory, and then for the memory. The
   * earlier reservation is released first.
   *
   * <p>Nothing is reserved for a peer that has gone. Otherwise a long replay would continue for it
   * and take memory from living peers.
   *
   * @throws BackendException if there is too little memory for several seconds, or the peer is gone
   */
  void reserve(int replyBytes, long memoryBytes) {
    release();
    try {
      outbox.awaitRoom(replyBytes);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new BackendException("interrupted while waiting for room for a reply", stop);
    }
    requireOpen();
    reserved = Optional.of(budget.reserve(memoryBytes));
    requireOpen(); // waiting for the memory can take seconds
  }

  private void requireOpen() {
    if (!outbox.isOpen()) {
      release();
      throw new BackendException("the connection has ended");
    }
  }

  void release() {
    if (reserved.isPresent()) {
      reserved.get().close();
      reserved = Optional.empty();
    }
  }
}
