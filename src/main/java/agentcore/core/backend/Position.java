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

  /** Returns whether {@code entry}, whose predecessor is {@code previousId}, is the next. */
  public boolean isFollowedBy(Entry entry, String previousId) {
    return entry.seq() == seq + 1 && entry.epoch().equals(epoch) && previousId.equals(id);
  }
}
