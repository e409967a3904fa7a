package agentcore.torture.history;

/** A violation of the delivery guarantee, or of what is promised of read markers. */
public record Finding(Kind kind, String room, String text) {
  /** The kind of violation. */
  public enum Kind {
    /** An acknowledged message did not reach a reader, and no reset explains the gap. */
    LOST,
    /** A reader received one message twice. */
    DUPLICATE,
    /** Two readers, or a reader and a writer, saw different orders. */
    ORDER,
    /** A reader's sequence numbers skipped without a reset. */
    GAP,
    /** A reader received {@code recovered: true} without all the messages it had missed. */
    FALSE_RECOVERY,
    /** Two messages with the same client id were stored. */
    DUPLICATE_ID,
    /** A receipt says duplicate of a message that was new, or new of one that was a duplicate. */
    FALSE_RECEIPT,
    /** A reader received a reset although the store lost nothing. */
    UNEXPECTED_RESET,
    /** A read marker was before a position that it had reached. */
    MARKER_BACK,
    /** The unread or mentioned messages that a user was told are not those in the log. */
    FALSE_UNREAD,
    /** A room that a user had joined was missing from the user's rooms, or one left was there. */
    FALSE_ROOMS
  }

  @Override
  public String toString() {
    return kind + " in " + room + ": " + text;
  }
}
