package agentcore.core.backend.memory;

import agentcore.core.backend.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Consecutive entries of one epoch in ring buffers: added at the end, removed at the beginning,
 * found by seq in constant time.
 *
 * <p>The garbage collector sees two arrays, which it neither copies nor scans. When entries were
 * objects, each of which lived for a thousand messages, they took a fifth of the server's CPU.
 *
 * <p>The size of both rings is a power of two. An entry is at its seq modulo the size in {@link
 * #starts}, and at the number of bytes before it modulo the size in {@link #bytes}. Its bytes are
 * the length of the id (one byte), the id, the length of the tags (three bytes), the tags and the
 * text.
 */
final class Entries {
  private static final int MIN_BYTES = 512;
  private static final int MIN_ENTRIES = 8;
  private static final int MAX_ID_BYTES = 255;
  private static final int TAG_LENGTH_BYTES = 3;

  /** What an entry costs beside its bytes; doubled, since half of a ring may be unused. */
  private static final int COST_BESIDE_BYTES = 2 * (Long.BYTES + 1);

  private final String epoch;
  private byte[] bytes = {};
  private long[] starts = {};
  private long firstSeq;
  private long nextSeq;
  private long end;

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

  /** Returns the seq of the oldest entry, or of the next one if there is none. */
  long firstSeq() {
    return firstSeq;
  }

  /** Adds an entry and returns its cost in bytes. */
  long addLast(String id, String tags, byte[] textBytes) {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    if (idBytes.length > MAX_ID_BYTES) {
      throw new IllegalArgumentException("the id of an entry has at most 255 bytes");
    }
    byte[] tagBytes = tags.getBytes(StandardCharsets.UTF_8);
    if (tagBytes.length >= 1 << (TAG_LENGTH_BYTES * Byte.SIZE)) {
      throw new IllegalArgumentException("the tags of an entry have less than 16 MiB");
    }
    reserve(1 + idBytes.length + TAG_LENGTH_BYTES + tagBytes.length + textBytes.length);
    starts[indexOf(nextSeq)] = end;
    write(idBytes.length, 1);
    write(idBytes);
    write(tagBytes.length, TAG_LENGTH_BYTES);
    write(tagBytes);
    write(textBytes);
    nextSeq++;
    return cost(nextSeq - 1);
  }

  /** Removes the oldest entry and returns its cost in bytes. */
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

  /** Returns an entry, which must be present. */
  Entry get(long seq) {
    return new Entry(epoch, seq, id(seq), read(textAt(seq), endOf(seq)));
  }

  /** Returns the id of an entry, which must be present. */
  String id(long seq) {
    return text(startOf(seq) + 1, tagLengthAt(seq));
  }

  /** Returns the tags of an entry, which must be present. */
  String tags(long seq) {
    return text(tagLengthAt(seq) + TAG_LENGTH_BYTES, textAt(seq));
  }

  private String text(long from, long to) {
    return new String(read(from, to), StandardCharsets.UTF_8);
  }

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

  private long tagLengthAt(long seq) {
    long start = startOf(seq);
    return start + 1 + number(start, 1);
  }

  private long textAt(long seq) {
    long at = tagLengthAt(seq);
    return at + TAG_LENGTH_BYTES + number(at, TAG_LENGTH_BYTES);
  }

  private int number(long from, int length) {
    int number = 0;
    for (int i = 0; i < length; i++) {
      number = (number << Byte.SIZE) | (bytes[placeOf(from + i)] & 0xff);
    }
    return number;
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
    byte[] resized = new byte[length]; // first: if this fails, nothing has changed
    byte[] kept = read(end - used(), end);
    bytes = resized;
    end -= kept.length;
    write(kept);
  }

  private void write(int number, int length) {
    for (int shift = (length - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      bytes[placeOf(end)] = (byte) (number >> shift);
      end++;
    }
  }

  private void write(byte[] from) {
    int to = placeOf(end);
    int untilEnd = Math.min(from.length, bytes.length - to);
    System.arraycopy(from, 0, bytes, to, untilEnd);
    System.arraycopy(from, untilEnd, bytes, 0, from.length - untilEnd);
    end += from.length;
  }

  private byte[] read(long from, long to) {
    int start = placeOf(from);
    int length = (int) (to - from);
    int untilEnd = Math.min(length, bytes.length - start);
    byte[] read =
        Arrays.copyOfRange(bytes, start, start + length); // the part after the end is copied below
    System.arraycopy(bytes, 0, read, untilEnd, length - untilEnd);
    return read;
  }
}
