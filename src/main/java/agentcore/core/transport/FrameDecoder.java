package agentcore.core.transport;

import agentcore.core.message.CloseCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds whole frames in received bytes (RFC 6455 section 5.2), and decodes the common ones: a text
 * message in one frame, a ping and a pong. The {@link Engine} decodes all others.
 *
 * <p>It rejects what the engine would accept: unmasked frames, sizes over the limit before the
 * payload arrives, and messages in endless fragments.
 */
final class FrameDecoder {
  /** The most frames of one message: an empty fragment costs memory too. */
  static final int MAX_FRAGMENTS = 16 * 1024;

  /** What the engine keeps for a fragment besides its payload. */
  private static final long FRAGMENT_COST = 128;

  private static final int FIN = 0x80;
  private static final int MASK = 0x80;
  private static final int CONTROL = 0x08;
  private static final int MASK_KEY_BYTES = 4;
  private static final byte FINAL_TEXT = (byte) 0x81;
  private static final byte PING = (byte) 0x89;
  private static final byte PONG = (byte) 0x8a;
  private static final int MAX_CONTROL_BYTES = 125;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final int maxMessageBytes;
  private long unfinishedBytes;
  private int fragments;
  private boolean isWholeMessage;

  FrameDecoder(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Returns the length of the frame that begins at {@code at}, or 0 if it is incomplete.
   *
   * @param end the index after the last received byte
   * @throws CloseException as soon as the frame's header shows a violation
   */
  int next(byte[] bytes, int at, int end) throws CloseException {
    int received = end - at;
    if (received < 2) {
      return 0;
    }
    if ((bytes[at + 1] & MASK) == 0) {
      throw new CloseException(CloseCode.PROTOCOL_ERROR, "client frames must be masked");
    }
    int short7 = bytes[at + 1] & 0x7f;
    int lengthBytes = lengthBytes(short7);
    int header = 2 + lengthBytes + MASK_KEY_BYTES;
    if (received < 2 + lengthBytes) {
      return 0;
    }
    long payload = lengthBytes == 0 ? short7 : number(bytes, at + 2, lengthBytes);
    boolean data = (bytes[at] & CONTROL) == 0;
    if (payload < 0 || payload > maxMessageBytes - (data ? unfinishedBytes : 0)) {
      throw new CloseException(CloseCode.TOO_BIG);
    }
    if (received < header + payload) {
      return 0;
    }
    if (data) {
      count((bytes[at] & FIN) != 0, payload);
    }
    return header + (int) payload;
  }

  private void count(boolean last, long payload) throws CloseException {
    isWholeMessage = last && fragments == 0;
    if (last) {
      unfinishedBytes = 0;
      fragments = 0;
      return;
    }
    unfinishedBytes += payload;
    fragments++;
    if (fragments > MAX_FRAGMENTS) {
      throw new CloseException(CloseCode.TOO_BIG, "message in too many fragments");
    }
  }

  /** Returns about how much memory the engine uses for an unfinished message. */
  long unfinishedCost() {
    return unfinishedBytes + fragments * FRAGMENT_COST;
  }

  /**
   * Tests whether the frame that {@link #next} found last is a text message in one frame. The
   * engine could decode it too, with four buffers and a check of every byte, which cost a seventh
   * of the time for an incoming message.
   */
  boolean isText(byte[] bytes, int at) {
    return isWholeMessage && bytes[at] == FINAL_TEXT;
  }

  /**
   * Unmasks the payload of a data frame in place.
   *
   * @return the index of the payload's first byte
   */
  static int unmask(byte[] bytes, int at, int length) {
    int from = at + 2 + lengthBytes(bytes[at + 1] & 0x7f) + MASK_KEY_BYTES;
    mask(bytes, from, at + length, (int) INTS.get(bytes, from - MASK_KEY_BYTES));
    return from;
  }

  /** Returns whether the frame that begins at {@code at} is a valid pong, which needs no answer. */
  static boolean isPong(byte[] bytes, int at) {
    return bytes[at] == PONG && isShort(bytes[at + 1]);
  }

  /** Returns the payload of the frame that begins at {@code at} if it is a valid ping. */
  static Optional<byte[]> ping(byte[] bytes, int at, int length) {
    if (bytes[at] != PING || !isShort(bytes[at + 1])) {
      return Optional.empty();
    }
    int from = at + 2 + MASK_KEY_BYTES;
    byte[] payload = Arrays.copyOfRange(bytes, from, at + length);
    mask(payload, 0, payload.length, (int) INTS.get(bytes, from - MASK_KEY_BYTES));
    return Optional.of(payload);
  }

  private static boolean isShort(byte second) {
    return (second & 0x7f) <= MAX_CONTROL_BYTES;
  }

  /** Masks or unmasks, which is the same operation: eight bytes at a time, then the rest. */
  private static void mask(byte[] bytes, int from, int to, int key) {
    long twice = ((long) key << 32) | (key & 0xffffffffL);
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ twice);
    }
    for (int shift = 24; i < to; i++, shift = (shift - 8) & 31) {
      bytes[i] ^= (byte) (key >> shift);
    }
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
