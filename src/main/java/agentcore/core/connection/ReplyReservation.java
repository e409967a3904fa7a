package agentcore.core.connection;

import agentcore.core.backend.BackendException;

/** The memory for the large replies of a connection's current request. For its reader thread. */
final class ReplyReservation {
  private final Outbox outbox;
  private final SendBudget budget;
  private SendBudget.Charge reserved;
  private boolean isReserved; // so that a request without a large reply takes no lock

  ReplyReservation(Outbox outbox, SendBudget budget) {
    this.outbox = outbox;
    this.budget = budget;
    this.reserved = budget.charge();
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
    reserved = budget.reserve(memoryBytes);
    isReserved = true;
    requireOpen(); // waiting for the memory can take seconds
  }

  private void requireOpen() {
    if (!outbox.isOpen()) {
      release();
      throw new BackendException("the connection has ended");
    }
  }

  void release() {
    if (isReserved) {
      isReserved = false;
      reserved.close();
    }
  }
}
