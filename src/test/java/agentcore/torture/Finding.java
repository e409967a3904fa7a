package agentcore.torture;

/** A promise that was broken. */
record Finding(Kind kind, String room, String text) {
  /** Which promise. */
  enum Kind {
    /** An acknowledged message did not reach a reader who was not told of a break. */
    LOST,
    /** A reader saw one message twice. */
    TWICE,
    /** Two readers, or a reader and a writer, know of different orders. */
    ORDER,
    /** A reader's numbers jumped without a word. */
    HOLE,
    /** A reader was told {@code recovered: true}, and was not given what it had missed. */
    FALSE_RECOVERY,
    /** A client's id was appended twice. */
    ID_TWICE,
    /** A reader was told of a break though the store lost nothing. */
    UNCALLED_BREAK
  }

  @Override
  public String toString() {
    return kind + " in " + room + ": " + text;
  }
}
