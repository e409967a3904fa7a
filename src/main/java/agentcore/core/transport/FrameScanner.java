package agentcore.core.transport;

import agentcore.core.message.CloseCode;

/**
 * Finds whole frames in what was read (RFC 6455 section 5.2), and stops what the engine would let
 * through: unmasked frames, sizes beyond the limit before they were sent, and messages in fragments
 * without end. What a frame means, and everything else about it, is the engine's to judge.
 */
final class FrameScanner {
  /** A message may come in so many frames; an empty fragment costs memory too. */
  static final int MAX_FRAGMENTS = 16 * 1024;

  /** What the engine keeps for a fragment beside its bytes. */
  private static final long FRAGMENT_COST = 128;

  private static final int FIN = 0x80;
  private static final int MASK = 0x80;
  private static final int CONTROL = 0x08;
  static final int MASK_KEY_BYTES = 4;

  private final int maxMessageBytes;
  private long unfinishedBytes;
  private int fragments;
  private boolean wholeMessage;

  /** A frame that ends the connection. */
  static final class Violation extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient CloseCode code;
    private final String reason;

    Violation(CloseCode code, String reason) {
      super(reason, null, false, false);
      this.code = code;
      this.reason = reason;
    }

    String reason() {
      return reason;
    }

    CloseCode code() {
      return code;
    }
  }

  FrameScanner(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Returns the length of the frame that begins at {@code at}, or 0 where it is not all there.
   *
   * @param end where the bytes end
   * @throws Violation as soon as the frame's head shows one
   */
  int next(byte[] bytes, int at, int end) throws Violation {
    int there = end - at;
    if (there < 2) {
      return 0;
    }
    if ((bytes[at + 1] & MASK) == 0) {
      throw new Violation(CloseCode.PROTOCOL_ERROR, "client frames must be masked");
    }
    int short7 = bytes[at + 1] & 0x7f;
    int lengthBytes = lengthBytes(short7);
    int header = 2 + lengthBytes + MASK_KEY_BYTES;
    if (there < 2 + lengthBytes) {
      return 0;
    }
    long payload = lengthBytes == 0 ? short7 : number(bytes, at + 2, lengthBytes);
    boolean data = (bytes[at] & CONTROL) == 0;
    if (payload < 0 || payload > maxMessageBytes - (data ? unfinishedBytes : 0)) {
      throw new Violation(CloseCode.TOO_BIG, CloseCode.TOO_BIG.reason());
    }
    if (there < header + payload) {
      return 0;
    }
    if (data) {
      count((bytes[at] & FIN) != 0, payload);
    }
    return header + (int) payload;
  }

  private void count(boolean last, long payload) throws Violation {
    wholeMessage = last && fragments == 0;
    if (last) {
      unfinishedBytes = 0;
      fragments = 0;
      return;
    }
    unfinishedBytes += payload;
    fragments++;
    if (fragments > MAX_FRAGMENTS) {
      throw new Violation(CloseCode.TOO_BIG, "message in too many fragments");
    }
  }

  /** Returns how many bytes of memory an unfinished message takes in the engine, about. */
  long unfinishedCost() {
    return unfinishedBytes + fragments * FRAGMENT_COST;
  }

  /** Says whether the last data frame was a message by itself, and no fragment. */
  boolean isWholeMessage() {
    return wholeMessage;
  }

  /** Returns the length of a masked frame's head. */
  static int headBytes(byte[] bytes, int at) {
    return 2 + lengthBytes(bytes[at + 1] & 0x7f) + MASK_KEY_BYTES;
  }

  private static int lengthBytes(int short7) {
    return short7 < 126 ? 0 : short7 == 126 ? 2 : 8;
  }

  private static long number(byte[] bytes, int at, int length) {
    long number = 0;
    for (int i = 0; i < length; i++) {
      number = (number << 8) | (bytes[at + i] & 0xff);
    }
    return number;
  }
}
