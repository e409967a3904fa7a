package agentcore.core.backend.memory;

import agentcore.core.backend.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Consecutive entries of one epoch in a ring: added at the end, removed at the beginning, found by
 * seq in constant time.
 *
 * <p>Their bytes follow each other in blocks, which come and go one at a time, so that no addition
 * copies what is there. The garbage collector scans only the table of the blocks. When entries were
 * objects, each of which lived for a thousand messages, they took a fifth of the server's CPU.
 *
 * <p>The bytes of an entry are the length of the id (one byte), the id, the length of the tags
 * (three bytes), the tags and the text. {@link #starts} has the position of its first byte, counted
 * from the first entry of all, at its seq modulo the length; {@link #blocks} has the block with
 * this position at the number of blocks before it modulo the length. Both lengths are powers of
 * two.
 */
final class Entries {
  private static final int BLOCK_BYTES = 1024;
  private static final int BLOCK_COST = BLOCK_BYTES + 24; // with its header and its place
  private static final int MIN_LENGTH = 8;
  private static final int MAX_ID_BYTES = 255;
  private static final int TAG_LENGTH_BYTES = 3;

  private final String epoch;
  private byte[][] blocks = {};
  private long[] starts = {};
  private long firstSeq;
  private long nextSeq;
  private long end;

  /** A block that was emptied last, for the next one that is needed. */
  private byte[] spare = {};

  /** How much memory is used, in bytes; 0 without entries. */
  private long cost;

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

  /** Adds an entry, and returns how much more memory is used now, in bytes. */
  long addLast(String id, String tags, byte[] textBytes) {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    if (idBytes.length > MAX_ID_BYTES) {
      throw new IllegalArgumentException("the id of an entry has at most 255 bytes");
    }
    byte[] tagBytes = tags.getBytes(StandardCharsets.UTF_8);
    if (tagBytes.length >= 1 << (TAG_LENGTH_BYTES * Byte.SIZE)) {
      throw new IllegalArgumentException("the tags of an entry have less than 16 MiB");
    }
    byte[] head =
        ByteBuffer.allocate(1 + idBytes.length + TAG_LENGTH_BYTES + tagBytes.length)
            .put((byte) idBytes.length)
            .put(idBytes)
            .put((byte) (tagBytes.length >> Short.SIZE))
            .putShort((short) tagBytes.length)
            .put(tagBytes)
            .array();
    long before = cost;
    reserve(head.length + textBytes.length);
    starts[indexOf(nextSeq)] = end;
    write(head);
    write(textBytes);
    nextSeq++;
    return cost - before;
  }

  /** Removes the oldest entry, and returns by how much the used memory has changed: 0 or less. */
  long removeFirst() {
    long before = cost;
    long block = blockOf(startOf(firstSeq));
    firstSeq++;
    if (isEmpty()) {
      blocks = new byte[0][];
      starts = new long[0];
      spare = new byte[0];
      cost = 0;
      return -before;
    }
    for (; block < blockOf(startOf(firstSeq)); block++) {
      cost -= spare.length == 0 ? 0 : BLOCK_COST;
      spare = blocks[placeOf(block)];
      blocks[placeOf(block)] = null;
    }
    return cost - before;
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

  private long endOf(long seq) {
    return seq + 1 == nextSeq ? end : startOf(seq + 1);
  }

  private int indexOf(long seq) {
    return (int) seq & (starts.length - 1);
  }

  private static long blockOf(long position) {
    return position / BLOCK_BYTES;
  }

  private int placeOf(long block) {
    return (int) block & (blocks.length - 1);
  }

  private static int offsetOf(long position) {
    return (int) position & (BLOCK_BYTES - 1);
  }

  /** Makes room for an entry. If there is no memory for it, no entry has changed. */
  private void reserve(int more) {
    if (size() == starts.length) {
      lengthenStarts();
    }
    long first = blockOf(isEmpty() ? end : startOf(firstSeq));
    long last = blockOf(end + more - 1);
    while (last - first >= blocks.length) {
      lengthenBlocks(first);
    }
    for (long block = blockOf(end); block <= last; block++) {
      if (blocks[placeOf(block)] == null) {
        blocks[placeOf(block)] = newBlock();
      }
    }
  }

  private byte[] newBlock() {
    byte[] block = spare;
    if (block.length == 0) {
      block = new byte[BLOCK_BYTES];
      cost += BLOCK_COST;
    }
    spare = new byte[0];
    return block;
  }

  private void lengthenStarts() {
    long[] longer = new long[Math.max(MIN_LENGTH, starts.length * 2)];
    for (long seq = firstSeq; seq < nextSeq; seq++) {
      longer[(int) seq & (longer.length - 1)] = startOf(seq);
    }
    cost += (long) (longer.length - starts.length) * Long.BYTES;
    starts = longer;
  }

  private void lengthenBlocks(long first) {
    byte[][] longer = new byte[Math.max(MIN_LENGTH, blocks.length * 2)][];
    for (long block = first; block < first + blocks.length; block++) {
      longer[(int) block & (longer.length - 1)] = blocks[placeOf(block)];
    }
    blocks = longer;
  }

  private int number(long from, int length) {
    int number = 0;
    for (long at = from; at < from + length; at++) {
      number = (number << Byte.SIZE) | (blocks[placeOf(blockOf(at))][offsetOf(at)] & 0xff);
    }
    return number;
  }

  private void write(byte[] from) {
    for (int at = 0; at < from.length; ) {
      int step = Math.min(from.length - at, BLOCK_BYTES - offsetOf(end));
      System.arraycopy(from, at, blocks[placeOf(blockOf(end))], offsetOf(end), step);
      at += step;
      end += step;
    }
  }

  private byte[] read(long from, long to) {
    byte[] read = new byte[(int) (to - from)];
    for (int at = 0; at < read.length; ) {
      long position = from + at;
      int step = Math.min(read.length - at, BLOCK_BYTES - offsetOf(position));
      System.arraycopy(blocks[placeOf(blockOf(position))], offsetOf(position), read, at, step);
      at += step;
    }
    return read;
  }
}
