package agentcore.core.serializer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Short strings that were decoded recently, by their bytes. Nearly every message repeats the same
 * names, types and rooms, which are neither decoded nor allocated anew.
 *
 * <p>Threads: safe for all. Two threads may overwrite each other's entries, which costs no more
 * than decoding a string once more.
 */
final class RecentStrings {
  private static final int MAX_BYTES = 2 * Long.BYTES;
  private static final int SLOT_BITS = 9;
  private static final long FACTOR = 0x9e3779b97f4a7c15L; // 2^64 divided by the golden ratio
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Known[] slots = new Known[1 << SLOT_BITS];

  /** A string and its bytes: as many as two numbers hold, filled up with zeros. */
  private record Known(int length, long first, long last, String string) {}

  /** Returns the string of UTF-8 bytes; malformed bytes become U+FFFD. */
  String find(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > MAX_BYTES || from + Long.BYTES > bytes.length) {
      return decode(bytes, from, length);
    }
    long first = (long) LONGS.get(bytes, from);
    long last = 0;
    if (length > Long.BYTES) {
      last = (long) LONGS.get(bytes, to - Long.BYTES);
    } else if (length < Long.BYTES) {
      first &= (1L << (length * Byte.SIZE)) - 1;
    }
    int slot = (int) (((first ^ Long.rotateLeft(last, 1)) * FACTOR) >>> (Long.SIZE - SLOT_BITS));
    Known known = slots[slot];
    if (known == null || known.first != first || known.last != last || known.length != length) {
      known = new Known(length, first, last, decode(bytes, from, length));
      slots[slot] = known;
    }
    return known.string;
  }

  private static String decode(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }
}
