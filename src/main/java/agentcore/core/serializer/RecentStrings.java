package agentcore.core.serializer;

import java.nio.charset.StandardCharsets;

/**
 * Short strings that were decoded recently, by their bytes. Nearly every message repeats the same
 * names, types and rooms, which are not decoded and allocated anew.
 *
 * <p>Threads: safe for all. Two threads may overwrite each other's entries, which costs no more
 * than decoding a string once more.
 */
final class RecentStrings {
  private static final int MAX_BYTES = 24;
  private static final int SLOTS = 512;
  private static final int FACTOR = 31;

  private final String[] slots = new String[SLOTS];

  /** Returns the string of UTF-8 bytes; malformed bytes become U+FFFD. */
  String find(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > MAX_BYTES) {
      return decode(bytes, from, length);
    }
    int hash = length;
    for (int i = from; i < to; i++) {
      hash = FACTOR * hash + bytes[i];
    }
    int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
    String known = slots[slot];
    if (known == null || !isAscii(known, bytes, from, to)) {
      known = decode(bytes, from, length);
      slots[slot] = known;
    }
    return known;
  }

  /** Compares with a string of ASCII characters; others are never equal. */
  private static boolean isAscii(String string, byte[] bytes, int from, int to) {
    boolean isEqual = string.length() == to - from;
    for (int i = 0; isEqual && i < string.length(); i++) {
      isEqual = string.charAt(i) == bytes[from + i];
    }
    return isEqual;
  }

  private static String decode(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }
}
