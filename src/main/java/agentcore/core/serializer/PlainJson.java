package agentcore.core.serializer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the simple JSON that nearly all requests are from its UTF-8 bytes: an object of strings and
 * of objects of strings, without escapes. Gson takes twice as long and allocates 2.7 kB more per
 * message. Any other text, and any that may be invalid, is left to {@link StrictJson}: one with an
 * escape, a number, a repeated name, or white space other than U+0020.
 */
final class PlainJson {
  private static final int LEVELS = 2;
  private static final char REPLACEMENT = '\ufffd';

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long SPACES = ONES * ' ';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long QUOTES = ONES * '"';

  private final byte[] bytes;
  private final int end;
  private final RecentStrings recent;
  private int at;

  /** The string that {@link #string} read last. */
  private String string = "";

  private PlainJson(byte[] bytes, int from, int to, RecentStrings recent) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    this.recent = recent;
  }

  /**
   * Returns the same values as {@link StrictJson#object}, or empty if {@code StrictJson} must read
   * the text, or if it may not be UTF-8.
   */
  static Optional<Map<String, Object>> read(byte[] utf8, int from, int to, RecentStrings recent) {
    PlainJson json = new PlainJson(utf8, from, to, recent);
    SmallMap root = new SmallMap();
    boolean isRead = json.take('{') && json.members(root, LEVELS) && json.isAtEnd();
    return isRead ? Optional.of(root) : Optional.empty();
  }

  private boolean members(SmallMap object, int levels) {
    boolean isRead;
    do {
      isRead = string() && member(object, string, levels);
    } while (isRead && take(','));
    return isRead && take('}');
  }

  private boolean member(SmallMap object, String name, int levels) {
    if (!take(':')) {
      return false;
    }
    if (!take('{')) {
      return string() && object.add(name, string);
    }
    SmallMap inner = new SmallMap();
    return levels > 1 && members(inner, levels - 1) && object.add(name, inner);
  }

  private boolean string() {
    if (!take('"')) {
      return false;
    }
    int close = indexOfSpecial(bytes, at, end);
    if (close == end || bytes[close] != '"') {
      return false;
    }
    string = recent.find(bytes, at, close);
    at = close + 1;
    return string.indexOf(REPLACEMENT) < 0; // the JDK's substitute for malformed UTF-8
  }

  private boolean take(char c) {
    skipSpaces();
    if (at == end || bytes[at] != c) {
      return false;
    }
    at++;
    return true;
  }

  private boolean isAtEnd() {
    skipSpaces();
    return at == end;
  }

  private void skipSpaces() {
    while (at < end && bytes[at] == ' ') {
      at++;
    }
  }

  /**
   * Returns the index of the first control character (C0), backslash or quotation mark in UTF-8
   * bytes, or {@code to} if there is none. Reads eight bytes at a time: every text passes this on
   * its way in and out, and one character at a time took an eighth of the cost of a message.
   */
  static int indexOfSpecial(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long found = special((long) LONGS.get(bytes, i));
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (i < to && special((SPACES << Byte.SIZE) | Byte.toUnsignedLong(bytes[i])) == 0) {
      i++;
    }
    return i;
  }

  /**
   * Returns 0 if none of the eight bytes is special; otherwise the lowest bit that is set belongs
   * to the first one that is.
   *
   * <p>Source: S. E. Anderson, "Bit Twiddling Hacks", sections on a byte less than n and a zero
   * byte.
   */
  private static long special(long bytes) {
    long control = (bytes - SPACES) & ~bytes;
    return (control | zeros(bytes ^ BACKSLASHES) | zeros(bytes ^ QUOTES)) & HIGH_BITS;
  }

  private static long zeros(long bytes) {
    return (bytes - ONES) & ~bytes;
  }
}
