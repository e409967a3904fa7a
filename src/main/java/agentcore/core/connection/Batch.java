package agentcore.core.connection;

/**
 * Frames that go out in one write. A flusher reuses its batch, since a new buffer for each write
 * was nine tenths of what the server allocated under load.
 */
final class Batch {
  /** The most bytes of one write, unless a single frame is larger. */
  static final int MAX_BYTES = 64 * 1024;

  private final boolean isCounted;
  private byte[] buffer = new byte[0];
  private byte[] bytes = buffer;
  private int length;
  private boolean isSingle;

  /**
   * Creates an empty batch.
   *
   * @param isCounted whether its buffer counts as memory of the peer that is written to
   */
  Batch(boolean isCounted) {
    this.isCounted = isCounted;
  }

  /** Returns how many bytes of memory are held until the write has returned. */
  int heldBytes() {
    int own = isCounted ? buffer.length : 0;
    return isSingle ? length + own : Math.max(length, own);
  }

  /** Begins with a frame, which is not copied while it is the only one. */
  void begin(byte[] first) {
    bytes = first;
    length = first.length;
    isSingle = true;
  }

  /** Adds a frame if there is room for it. */
  boolean add(byte[] frame) {
    if (length + frame.length > MAX_BYTES) {
      return false;
    }
    if (isSingle) {
      if (buffer.length == 0) {
        buffer = new byte[MAX_BYTES];
      }
      System.arraycopy(bytes, 0, buffer, 0, length);
      bytes = buffer;
      isSingle = false;
    }
    System.arraycopy(frame, 0, buffer, length, frame.length);
    length += frame.length;
    return true;
  }

  /** Releases the written frames, one of which may be large. */
  void clear() {
    bytes = buffer;
    length = 0;
    isSingle = false;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
