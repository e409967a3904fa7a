package agentcore.cli.bench.socket;

/** Searches bytes and reads decimal numbers in them, without copying. */
public final class Bytes {
  private Bytes() {}

  /** Reads a number of fixed width; the result is arbitrary if there are other characters. */
  public static long number(byte[] bytes, int at, int width) {
    long value = 0;
    for (int i = at; i < at + width; i++) {
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }

  /** Reads a number up to its last digit. */
  public static long number(byte[] bytes, int at) {
    int end = at;
    while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
      end++;
    }
    return number(bytes, at, end - at);
  }

  /** Returns whether {@code wanted} is at {@code at} and ends before {@code to}. */
  public static boolean matches(byte[] wanted, byte[] bytes, int at, int to) {
    if (at + wanted.length > to) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns where {@code wanted} begins, or -1. */
  public static int find(byte[] wanted, byte[] bytes, int from, int to) {
    for (int at = from; at + wanted.length <= to; at++) {
      if (matches(wanted, bytes, at, to)) {
        return at;
      }
    }
    return -1;
  }
}
