package agentcore.core.serializer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Says whether a text holds nothing that JSON escapes, eight characters at a time: every text is
 * looked at on its way in and on its way out, and one at a time took an eighth of a message's cost.
 */
final class PlainText {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = EACH << 7;
  private static final long SPACES = EACH << 5;
  private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;

  private PlainText() {}

  /** Says whether there is neither a control character (C0) nor a backslash; quotes may be. */
  static boolean is(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1); // what is beyond becomes a '?'
    long found = 0;
    int i = 0;
    for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
      found |= special((long) LONGS.get(bytes, i));
    }
    for (; i < bytes.length; i++) {
      found |= special((SPACES << Byte.SIZE) | Byte.toUnsignedLong(bytes[i]));
    }
    return found == 0;
  }

  /**
   * Returns 0 where none of the eight bytes is below a space, or a backslash.
   *
   * <p>Source: S. E. Anderson, "Bit Twiddling Hacks", has less and has zero.
   */
  private static long special(long bytes) {
    long zeros = bytes ^ BACKSLASHES;
    return (((bytes - SPACES) & ~bytes) | ((zeros - EACH) & ~zeros)) & HIGH_BITS;
  }
}
