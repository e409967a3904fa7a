package agentcore.core.consumer;

/**
 * The entries of a room's log that a connection missed: those after the last that its client saw,
 * up to the position at which it entered. Later entries reach it as a member. For the connection's
 * reader thread.
 */
public interface Replay {
  /** Tests whether the log still has every entry that the client missed. */
  boolean isComplete();

  /**
   * Sends the entries, if the replay is complete: a page at a time, waiting while the outbox is
   * full. If the backend fails on the way, the connection is closed ({@code TRY_AGAIN_LATER}) and
   * the client resumes from the last entry that it received.
   */
  void send();
}
