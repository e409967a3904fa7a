package agentcore.core.backend;

/**
 * One message in a log.
 *
 * @param epoch which log
 * @param seq the place in it, from 1, without holes
 * @param id of the server's making, unique
 * @param text the event, complete but for the three fields above
 */
public record Entry(String epoch, long seq, String id, String text) {
  /** The names, the quotes and the values of the fields that are added to the text. */
  private static final int MORE_BYTES = 120;

  /** Returns how many bytes the complete event takes in a frame, about. */
  public long wireBytes() {
    return wireBytes(utf8Length(text));
  }

  /** Returns the same for a text of so many bytes. */
  public static long wireBytes(long textBytes) {
    return textBytes + MORE_BYTES;
  }

  /** Returns the position after this entry. */
  public Position position() {
    return new Position(epoch, seq, id);
  }

  private static long utf8Length(String text) {
    long length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a pair counts two of the pair's four bytes.
      length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return length;
  }
}
