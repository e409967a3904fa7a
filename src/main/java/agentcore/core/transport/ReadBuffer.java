package agentcore.core.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * What was read and not handled yet. It grows with what arrived, never with what was announced, and
 * becomes small again: most connections are idle, and each keeps one.
 */
final class ReadBuffer {
  static final int SMALL_BYTES = 512;

  /** A peer that keeps a buffer of this size full is read in larger steps than its frames need. */
  private static final int BUSY_BYTES = 16 * 1024;

  private byte[] bytes = new byte[SMALL_BYTES];
  private int start;
  private int end;
  private boolean filled;

  /** Puts bytes that were read before. */
  void put(byte[] first) {
    while (bytes.length - end < first.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    System.arraycopy(first, 0, bytes, end, first.length);
    end += first.length;
  }

  /** Reads once, blocking; returns the number of bytes, or -1 at the end. */
  int read(InputStream in) throws IOException {
    makeRoom();
    int n = in.read(bytes, end, bytes.length - end);
    if (n > 0) {
      end += n;
      filled = end == bytes.length;
    }
    return n;
  }

  private void makeRoom() {
    if (start == end) {
      start = 0;
      end = 0;
      if (filled && bytes.length < BUSY_BYTES) {
        bytes = new byte[bytes.length * 4];
      } else if (!filled && bytes.length > SMALL_BYTES) {
        bytes = new byte[SMALL_BYTES];
      }
      return;
    }
    int length = end - start;
    if (length == bytes.length) { // then start is 0
      bytes = Arrays.copyOf(bytes, length * 2);
    } else if (start > 0) {
      System.arraycopy(bytes, start, bytes, 0, length);
    }
    start = 0;
    end = length;
  }

  /** Says whether the last read left no room: more is probably waiting. */
  boolean isFilled() {
    return filled;
  }

  /** Marks the first {@code length} bytes as handled. */
  void skip(int length) {
    start += length;
  }

  /** Forgets everything. */
  void clear() {
    start = 0;
    end = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }
}
