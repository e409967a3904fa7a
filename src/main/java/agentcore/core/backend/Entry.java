package agentcore.core.backend;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An entry of a log. Immutable. The event is kept as the bytes of UTF-8 in which it is sent: a
 * broadcast encodes it once.
 */
public final class Entry {
  /** What the caller's event has beyond the text: three names, quotes and values. */
  private static final int FIELD_BYTES = 120;

  private final String epoch;
  private final long seq;
  private final String id;
  private final byte[] utf8;

  /**
   * Creates an entry.
   *
   * @param epoch the log's epoch
   * @param seq the number within the epoch, one more than that of the entry before
   * @param id made by the publishing server, unique
   * @param text the event, without the three fields above
   */
  public Entry(String epoch, long seq, String id, String text) {
    this(epoch, seq, id, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Creates the same entry from the bytes of the text.
   *
   * @param utf8 must not change afterwards
   */
  public Entry(String epoch, long seq, String id, byte[] utf8) {
    this.epoch = epoch;
    this.seq = seq;
    this.id = id;
    this.utf8 = utf8;
  }

  /** Returns the log's epoch. */
  public String epoch() {
    return epoch;
  }

  /** Returns the number within the epoch. */
  public long seq() {
    return seq;
  }

  /** Returns the id that the publishing server made. */
  public String id() {
    return id;
  }

  /** Returns the event, without epoch, seq and id. */
  public String text() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Returns the bytes of the text, which the caller must not change. */
  public byte[] utf8() {
    return utf8;
  }

  /** Returns about how many bytes the complete event takes in a frame. */
  public long wireBytes() {
    return wireBytes(utf8.length);
  }

  /** Returns about how many bytes an event takes whose text has {@code textBytes}. */
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
