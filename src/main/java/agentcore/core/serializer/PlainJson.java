package agentcore.core.serializer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the simple JSON that nearly all requests are: an object of strings and of objects of
 * strings, without escapes. Gson takes twice as long and allocates 2.7 kB more per message. Any
 * other text, and any text that may be invalid, is left to {@link StrictJson}: one with an escape,
 * a number, a repeated name, or white space other than U+0020.
 */
final class PlainJson {
  private static final int LEVELS = 2;
  private static final int EXPECTED_FIELDS = 4;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long SPACES = ONES << 5;
  private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;

  private final String text;
  private int at;

  /** The string that {@link #string} read last. */
  private String string = "";

  private PlainJson(String text) {
    this.text = text;
  }

  /**
   * Returns the same values as {@link StrictJson#object}, or empty if {@code StrictJson} must read
   * the text. The text was decoded from UTF-8, so that only an escape can make an unpaired
   * surrogate.
   */
  static Optional<Map<String, Object>> read(String text) {
    if (!needsNoEscape(text)) {
      return Optional.empty();
    }
    PlainJson json = new PlainJson(text);
    Map<String, Object> root = HashMap.newHashMap(EXPECTED_FIELDS);
    boolean isRead = json.take('{') && json.members(root, LEVELS) && json.isAtEnd();
    return isRead ? Optional.of(root) : Optional.empty();
  }

  private boolean members(Map<String, Object> object, int levels) {
    boolean isRead;
    do {
      isRead = string() && member(object, string, levels);
    } while (isRead && take(','));
    return isRead && take('}');
  }

  private boolean member(Map<String, Object> object, String name, int levels) {
    if (!take(':')) {
      return false;
    }
    if (!take('{')) {
      return string() && object.put(name, string) == null;
    }
    Map<String, Object> inner = HashMap.newHashMap(EXPECTED_FIELDS);
    return levels > 1 && members(inner, levels - 1) && object.put(name, inner) == null;
  }

  private boolean string() {
    if (!take('"')) {
      return false;
    }
    int end = text.indexOf('"', at);
    if (end < 0) {
      return false;
    }
    string = text.substring(at, end);
    at = end + 1;
    return true;
  }

  private boolean take(char c) {
    skipSpaces();
    if (at == text.length() || text.charAt(at) != c) {
      return false;
    }
    at++;
    return true;
  }

  private boolean isAtEnd() {
    skipSpaces();
    return at == text.length();
  }

  private void skipSpaces() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  /**
   * Tests that {@code text} has neither control characters (C0) nor backslashes; it may have
   * quotation marks. Reads eight characters at a time: every text passes this on its way in and
   * out, and one character at a time took an eighth of the cost of a message.
   */
  static boolean needsNoEscape(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1); // other characters become '?'
    long found = 0;
    int i = 0;
    for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
      found |= escaped((long) LONGS.get(bytes, i));
    }
    for (; i < bytes.length; i++) {
      found |= escaped((SPACES << Byte.SIZE) | Byte.toUnsignedLong(bytes[i]));
    }
    return found == 0;
  }

  /**
   * Returns 0 if none of the eight bytes is a control character or a backslash.
   *
   * <p>Source: S. E. Anderson, "Bit Twiddling Hacks", sections on a byte less than n and a zero
   * byte.
   */
  private static long escaped(long bytes) {
    long zeros = bytes ^ BACKSLASHES;
    return (((bytes - SPACES) & ~bytes) | ((zeros - ONES) & ~zeros)) & HIGH_BITS;
  }
}
