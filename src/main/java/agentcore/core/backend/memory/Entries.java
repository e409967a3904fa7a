package agentcore.core.backend.memory;

import agentcore.core.backend.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Consecutive entries of one epoch, as bytes in a ring: added at the end, dropped at the beginning,
 * found by their seq at once.
 *
 * <p>However much is said, to the garbage collector a log is two arrays, which it neither copies
 * nor looks into. As objects, each of which lived for a thousand messages, entries took a fifth of
 * the server's CPU.
 *
 * <p>Both rings have a power of two of places, and an entry's place is the rest of the division by
 * it: of its seq in {@link #starts}, of the number of bytes that ever came before it in {@link
 * #bytes}. Each entry is the length of its id in one byte, the id, and the text.
 */
final class Entries {
  private static final int MIN_BYTES = 512;
  private static final int MIN_ENTRIES = 8;
  private static final int MAX_ID_BYTES = 255;

  /** Twice its bytes, since so much room may be to spare, and its place in the other ring. */
  private static final int COST_BESIDE_BYTES = 2 * (Long.BYTES + 1);

  private final String epoch;
  private byte[] bytes = {};
  private long[] starts = {};
  private long firstSeq;
  private long nextSeq;
  private long end;

  /** Makes it empty; the first entry will have the seq {@code firstSeq}. */
  Entries(String epoch, long firstSeq) {
    this.epoch = epoch;
    this.firstSeq = firstSeq;
    this.nextSeq = firstSeq;
  }

  int size() {
    return (int) (nextSeq - firstSeq);
  }

  boolean isEmpty() {
    return nextSeq == firstSeq;
  }

  /** Returns the seq of the oldest entry, or of the next where there is none. */
  long firstSeq() {
    return firstSeq;
  }

  /** Adds an entry, and returns what it costs, in bytes. */
  long addLast(String id, String text) {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    byte[] textBytes = text.getBytes(StandardCharsets.UTF_8);
    if (idBytes.length > MAX_ID_BYTES) {
      throw new IllegalArgumentException("the id of a message has at most 255 bytes");
    }
    reserve(1 + idBytes.length + textBytes.length);
    starts[indexOf(nextSeq)] = end;
    bytes[placeOf(end)] = (byte) idBytes.length;
    end++;
    write(idBytes);
    write(textBytes);
    nextSeq++;
    return cost(nextSeq - 1);
  }

  /** Drops the oldest entry, and returns what it cost, in bytes. */
  long removeFirst() {
    long cost = cost(firstSeq);
    firstSeq++;
    if (isEmpty()) {
      bytes = new byte[0];
      starts = new long[0];
      end = 0;
    } else if (used() < bytes.length / 4 && bytes.length > MIN_BYTES) {
      resizeBytes(bytes.length / 2);
    }
    return cost;
  }

  /** Returns the entry with this seq, which is here. */
  Entry get(long seq) {
    return new Entry(epoch, seq, id(seq), string(textAt(seq), endOf(seq)));
  }

  /** Returns the id of the entry with this seq, which is here. */
  String id(long seq) {
    return string(startOf(seq) + 1, textAt(seq));
  }

  /** Returns the length of the text of the entry with this seq, in bytes. */
  long textBytes(long seq) {
    return endOf(seq) - textAt(seq);
  }

  private long cost(long seq) {
    return COST_BESIDE_BYTES + 2 * (endOf(seq) - startOf(seq));
  }

  private long used() {
    return isEmpty() ? 0 : end - startOf(firstSeq);
  }

  private long startOf(long seq) {
    return starts[indexOf(seq)];
  }

  private long textAt(long seq) {
    long start = startOf(seq);
    return start + 1 + (bytes[placeOf(start)] & 0xff);
  }

  private long endOf(long seq) {
    return seq + 1 == nextSeq ? end : startOf(seq + 1);
  }

  private int indexOf(long seq) {
    return (int) seq & (starts.length - 1);
  }

  private int placeOf(long position) {
    return (int) position & (bytes.length - 1);
  }

  private void reserve(int more) {
    if (size() == starts.length) {
      resizeStarts(Math.max(MIN_ENTRIES, starts.length * 2));
    }
    long needed = used() + more;
    if (needed > bytes.length) {
      resizeBytes(Math.max(MIN_BYTES, Math.toIntExact(Long.highestOneBit(needed - 1) * 2)));
    }
  }

  private void resizeStarts(int length) {
    long[] to = new long[length];
    for (long seq = firstSeq; seq < nextSeq; seq++) {
      to[(int) seq & (length - 1)] = startOf(seq);
    }
    starts = to;
  }

  private void resizeBytes(int length) {
    byte[] resized = new byte[length]; // first: where there is no memory for it, nothing changed
    byte[] kept = read(end - used(), end);
    bytes = resized;
    end -= kept.length;
    write(kept);
  }

  private void write(byte[] from) {
    int to = placeOf(end);
    int untilTurn = Math.min(from.length, bytes.length - to);
    System.arraycopy(from, 0, bytes, to, untilTurn);
    System.arraycopy(from, untilTurn, bytes, 0, from.length - untilTurn);
    end += from.length;
  }

  private byte[] read(long from, long to) {
    int start = placeOf(from);
    int length = (int) (to - from);
    int untilTurn = Math.min(length, bytes.length - start);
    byte[] read = Arrays.copyOfRange(bytes, start, start + length); // zeros behind the turn
    System.arraycopy(bytes, 0, read, untilTurn, length - untilTurn);
    return read;
  }

  private String string(long from, long to) {
    return new String(read(from, to), StandardCharsets.UTF_8);
  }
}
