package agentcore.core.connection;

/**
 * A peer for which bytes wait, as {@link SendBudget} sees it. Safe for all threads, never blocks.
 */
public interface Recipient {
  /** Returns how many charged bytes would be free if this peer were ended; 0 if it is ending. */
  long pendingBytes();

  /** Says whether something waits for this peer and it has taken nothing for so long. */
  boolean isStuck(long nanos);

  /** Frees what waits for this peer, at once or as soon as its write has returned, and ends it. */
  void end();
}
