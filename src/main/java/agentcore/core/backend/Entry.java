package agentcore.core.backend;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An entry of a log. The event is kept as the bytes of UTF-8 in which it is sent: a broadcast
 * encodes it once.
 *
 * @param epoch the log's epoch
 * @param seq the number within the epoch, one more than that of the entry before
 * @param id made by the publishing server, unique
 * @param utf8 the event, without the three fields above; must not change
 */
public record Entry(String epoch, long seq, String id, byte[] utf8) {
  /** What the caller's event has beyond the text: three names, quotes and values. */
  private static final int FIELD_BYTES = 120;

  /** Creates an entry from the text of its event. */
  public Entry(String epoch, long seq, String id, String text) {
    this(epoch, seq, id, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the event, without epoch, seq and id. */
  public String text() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Returns about how many bytes a complete event takes in a frame, given those of its text. */
  public static long wireBytes(long textBytes) {
    return textBytes + FIELD_BYTES;
  }

  /** Returns the position after this entry. */
  public Position position() {
    return new Position(epoch, seq, id);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry entry
        && position().equals(entry.position())
        && Arrays.equals(utf8, entry.utf8);
  }

  @Override
  public int hashCode() {
    return position().hashCode();
  }

  @Override
  public String toString() {
    return position() + " " + text();
  }
}
