package agentcore.protocol.transcript;

/** The servers that a transcript is played against. They act as one. */
public interface Target extends AutoCloseable {
  /**
   * What a transcript has caused so far.
   *
   * @param connects connections that were opened
   * @param ends connections that have ended
   * @param messages messages that their senders have received as events
   */
  record Progress(int connects, int ends, int messages) {}

  /** Returns the port of a server. The connections of a transcript go to the servers in turn. */
  int port(int index);

  /** Waits until every event that was caused so far is queued for its receivers. */
  void settle(Progress progress);

  /** Waits until the servers know that connections have ended. */
  void awaitEnds(Progress progress);

  /** Returns whether events have all fields of the protocol's description. */
  boolean followsDescription();

  @Override
  void close();
}
