package agentcore.cli.bench;

/** Searching and reading bytes in place. */
final class Digits {
  private Digits() {}

  /** Reads a number of fixed width; what is no digit gives nonsense. */
  static long read(byte[] bytes, int at, int width) {
    long value = 0;
    for (int i = at; i < at + width; i++) {
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }

  /** Reads a number that ends where its digits do. */
  static long read(byte[] bytes, int at) {
    int end = at;
    while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
      end++;
    }
    return read(bytes, at, end - at);
  }

  /** Says whether {@code wanted} stands at {@code at}, before {@code to}. */
  static boolean stands(byte[] wanted, byte[] bytes, int at, int to) {
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

  /** Returns where {@code wanted} stands, or -1. */
  static int find(byte[] wanted, byte[] bytes, int from, int to) {
    for (int at = from; at + wanted.length <= to; at++) {
      if (stands(wanted, bytes, at, to)) {
        return at;
      }
    }
    return -1;
  }
}
