package agentcore.core.connection;

import java.util.Arrays;
import java.util.Deque;

/**
 * Frames that go out in one write. A thread reuses its batch, since a new buffer for each write was
 * nine tenths of what the server allocated under load.
 */
final class Batch {
  /** The most bytes of one write, unless a single frame is larger. */
  static final int MAX_BYTES = 64 * 1024;

  private static final byte[] NOTHING = {};

  private final boolean isReused;
  private byte[] buffer = NOTHING;
  private byte[] bytes = NOTHING;
  private int length;

  /**
   * Creates an empty batch.
   *
   * @param isReused whether it keeps a buffer of {@link #MAX_BYTES} for the next frames; without
   *     one it takes the memory of its frames only
   */
  Batch(boolean isReused) {
    this.isReused = isReused;
  }

  /** Begins with bytes, which are not copied while they are alone. */
  void begin(byte[] only) {
    bytes = only;
    length = only.length;
  }

  /** Moves the first frames out of a queue that is not empty. */
  void take(Deque<byte[]> frames) {
    begin(frames.removeFirst());
    int total = length;
    int more = 0;
    for (byte[] frame : frames) {
      if (total + frame.length > MAX_BYTES) {
        break;
      }
      total += frame.length;
      more++;
    }
    if (more > 0) {
      byte[] first = bytes;
      bytes = room(total);
      System.arraycopy(first, 0, bytes, 0, length);
      for (int i = 0; i < more; i++) {
        byte[] frame = frames.removeFirst();
        System.arraycopy(frame, 0, bytes, length, frame.length);
        length += frame.length;
      }
    }
  }

  private byte[] room(int total) {
    if (!isReused) {
      return new byte[total];
    }
    if (buffer.length == 0) {
      buffer = new byte[MAX_BYTES];
    }
    return buffer;
  }

  /** Returns a copy of what is behind the first {@code written} bytes. */
  byte[] rest(int written) {
    return Arrays.copyOfRange(bytes, written, length);
  }

  /** Releases the written frames, one of which may be large. */
  void clear() {
    begin(NOTHING);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
