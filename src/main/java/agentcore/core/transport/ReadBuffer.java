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

  /** A peer that keeps it full is read in larger steps than its frames need, up to this size. */
  private static final int BUSY_BYTES = 32 * 1024;

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
    makeRoom(in);
    int n = in.read(bytes, end, bytes.length - end);
    if (n > 0) {
      end += n;
      filled = end == bytes.length;
    }
    return n;
  }

  private void makeRoom(InputStream in) throws IOException {
    int waiting = end - start;
    int size = size(waiting, in);
    if (size != bytes.length || start > 0) {
      byte[] to = size == bytes.length ? bytes : new byte[size];
      System.arraycopy(bytes, start, to, 0, waiting);
      bytes = to;
    }
    start = 0;
    end = waiting;
  }

  /** Who has to wait for more keeps no more than what waits here needs, whatever came before. */
  private int size(int waiting, InputStream in) throws IOException {
    if (waiting == bytes.length) {
      return waiting * 2;
    }
    boolean waitsForMore = !filled || in.available() == 0;
    if (waitsForMore) {
      return Math.min(bytes.length, Math.max(SMALL_BYTES, waiting * 2));
    }
    return waiting > 0 ? bytes.length : 16 * Math.min(bytes.length, BUSY_BYTES / 16);
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
