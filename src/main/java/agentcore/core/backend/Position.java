package agentcore.core.backend;

/**
 * A position in a log: after an entry.
 *
 * @param epoch empty if no log is known
 * @param seq the entry's seq, 0 before the first
 * @param id the entry's id; empty if unknown
 */
public record Position(String epoch, long seq, String id) {
  /** The position of a reader that knows nothing of the log. */
  public static final Position UNKNOWN = new Position("", 0, "");

  /** Returns the position before the first entry of a log that began with this epoch. */
  public static Position beginning(String epoch) {
    return epoch.isEmpty() ? UNKNOWN : new Position(epoch, 0, "");
  }

  /**
   * Returns whether {@code entry}, whose predecessor is {@code previousId}, is the next. The first
   * entry of a log follows {@link #UNKNOWN}: there was no log before.
   */
  public boolean isFollowedBy(Entry entry, String previousId) {
    boolean isInEpoch = entry.epoch().equals(epoch) || equals(UNKNOWN);
    return entry.seq() == seq + 1 && isInEpoch && previousId.equals(id);
  }
}
