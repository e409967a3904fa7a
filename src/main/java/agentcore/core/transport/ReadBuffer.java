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

  /** A buffer that was filled grows to so many times its size. */
  private static final int STEP = 16;

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

  /**
   * Reads, blocking while there is nothing; returns the number of bytes, or -1 at the end. Most of
   * what is said at once begins in a small buffer, and is read and handled as a whole all the same.
   */
  int read(InputStream in) throws IOException {
    resize(size(in));
    int n = readOnce(in);
    if (filled && bytes.length == SMALL_BYTES && in.available() > 0) {
      resize(STEP * SMALL_BYTES);
      n += readOnce(in);
    }
    return n;
  }

  private int readOnce(InputStream in) throws IOException {
    int n = in.read(bytes, end, bytes.length - end);
    if (n > 0) {
      end += n;
      filled = end == bytes.length;
    }
    return n;
  }

  /** Moves what waits to the beginning, of another array if need be. */
  private void resize(int size) {
    int waiting = end - start;
    if (size != bytes.length || start > 0) {
      byte[] to = size == bytes.length ? bytes : new byte[size];
      System.arraycopy(bytes, start, to, 0, waiting);
      bytes = to;
    }
    start = 0;
    end = waiting;
  }

  /** Who has to wait for more keeps no more than what waits here needs, whatever came before. */
  private int size(InputStream in) throws IOException {
    int waiting = end - start;
    if (waiting == bytes.length) {
      return waiting * 2;
    }
    boolean waitsForMore = !filled || in.available() == 0;
    if (waitsForMore) {
      return Math.min(bytes.length, Math.max(SMALL_BYTES, waiting * 2));
    }
    return Math.max(waiting * 2, STEP * Math.min(bytes.length, BUSY_BYTES / STEP));
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
