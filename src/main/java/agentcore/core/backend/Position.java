package agentcore.core.backend;

/**
 * A place in a log: right after an entry.
 *
 * @param epoch which log; empty where no log is known yet
 * @param seq the entry's place, 0 before the first
 * @param id the entry's id; empty where it is not known
 */
public record Position(String epoch, long seq, String id) {
  /** Where someone stands who knows nothing of the log. */
  public static final Position UNKNOWN = new Position("", 0, "");

  /** Says whether {@code entry}, whose predecessor is {@code previousId}, comes next. */
  public boolean isFollowedBy(Entry entry, String previousId) {
    return entry.seq() == seq + 1 && entry.epoch().equals(epoch) && previousId.equals(id);
  }
}
