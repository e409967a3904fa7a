package agentcore.core.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The bytes that were read and not handled yet. It grows with the bytes that arrive, never with an
 * announced length, and shrinks again: most connections are idle, and each keeps a buffer.
 */
final class ReadBuffer {
  static final int SMALL_BYTES = 512;

  /** The size for a peer that keeps filling the buffer, even if its frames are smaller. */
  private static final int BUSY_BYTES = 32 * 1024;

  /** The factor by which a filled buffer grows. */
  private static final int STEP = 16;

  private byte[] bytes = new byte[SMALL_BYTES];
  private int start;
  private int end;
  private boolean filled;

  /** Appends bytes that were read elsewhere. */
  void put(byte[] first) {
    while (bytes.length - end < first.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    System.arraycopy(first, 0, bytes, end, first.length);
    end += first.length;
  }

  /**
   * Reads what is available, blocking until there is something. A burst that fills the small buffer
   * is read with a second call, so that it is handled as a whole.
   *
   * @return the number of bytes, or -1 at the end of the stream
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

  /** Moves the unhandled bytes to the start of an array of this size. */
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

  /** Returns the size for the next read: if that will block, only what the unhandled bytes need. */
  private int size(InputStream in) throws IOException {
    int waiting = end - start;
    if (waiting == bytes.length) {
      return waiting * 2;
    }
    boolean willBlock = !filled || in.available() == 0;
    if (willBlock) {
      return Math.min(bytes.length, Math.max(SMALL_BYTES, waiting * 2));
    }
    return Math.max(waiting * 2, STEP * Math.min(bytes.length, BUSY_BYTES / STEP));
  }

  /** Returns whether the last read filled the buffer, so that more is probably waiting. */
  boolean isFilled() {
    return filled;
  }

  /** Marks the next {@code length} bytes as handled. */
  void skip(int length) {
    start += length;
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
