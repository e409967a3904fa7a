package agentcore.core.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the frame that nearly every frame is: a whole text message (RFC 6455 sections 5.2 and 5.3).
 * The engine could do it, too, through four buffers and a check of each byte; that took a seventh
 * of what an incoming message costs. Whatever is not plainly right is left to the engine.
 */
final class WholeText {
  private static final byte FINAL_TEXT = (byte) 0x81;
  private static final char REPLACEMENT = '\ufffd';
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private WholeText() {}

  /**
   * Returns the text of a masked frame that is all there; the frame's payload is unmasked then.
   *
   * @return empty, and nothing changed, where it is another kind of frame, or perhaps no UTF-8
   */
  static Optional<String> of(byte[] bytes, int at, int length) {
    if (bytes[at] != FINAL_TEXT) {
      return Optional.empty();
    }
    int from = at + FrameScanner.headBytes(bytes, at);
    int to = at + length;
    int key = (int) INTS.get(bytes, from - FrameScanner.MASK_KEY_BYTES);
    mask(bytes, from, to, key);
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) { // what is no UTF-8 becomes this
      mask(bytes, from, to, key);
      return Optional.empty();
    }
    return Optional.of(text);
  }

  /** Masks or unmasks, which is the same: eight bytes at a time, then the rest. */
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
}
