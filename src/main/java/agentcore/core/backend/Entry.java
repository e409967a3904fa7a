package agentcore.core.backend;

/**
 * An entry of a log.
 *
 * @param epoch the log's epoch
 * @param seq the number within the epoch, one more than that of the entry before
 * @param id made by the publishing server, unique
 * @param text the event, without the three fields above
 */
public record Entry(String epoch, long seq, String id, String text) {
  /** What the caller's event has beyond the text: three names, quotes and values. */
  private static final int FIELD_BYTES = 120;

  /** Returns about how many bytes the complete event takes in a frame. */
  public long wireBytes() {
    return wireBytes(utf8Length(text));
  }

  /** Returns about how many bytes an event takes whose text has {@code textBytes}. */
  public static long wireBytes(long textBytes) {
    return textBytes + FIELD_BYTES;
  }

  /** Returns the position after this entry. */
  public Position position() {
    return new Position(epoch, seq, id);
  }

  private static long utf8Length(String text) {
    long length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate pair takes four bytes, two for each half.
      length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return length;
  }
}
