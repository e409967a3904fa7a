package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WholeTextTest {
  private static final byte[] KEY = {0x37, (byte) 0xfa, 0x21, 0x3d};

  /** A masked frame after {@code before} other bytes. */
  private static byte[] frame(int before, int first, byte[] payload) {
    int length = payload.length;
    int head = length < 126 ? 2 : length < 65536 ? 4 : 10;
    byte[] frame = new byte[before + head + 4 + length];
    frame[before] = (byte) first;
    frame[before + 1] = (byte) (0x80 | (head == 2 ? length : head == 4 ? 126 : 127));
    for (int i = head - 1, rest = length; head > 2 && i > 1; i--, rest >>>= 8) {
      frame[before + i] = (byte) rest;
    }
    System.arraycopy(KEY, 0, frame, before + head, 4);
    for (int i = 0; i < length; i++) {
      frame[before + head + 4 + i] = (byte) (payload[i] ^ KEY[i & 3]);
    }
    return frame;
  }

  private static Optional<String> read(byte[] frame, int before) {
    return WholeText.of(frame, before, frame.length - before);
  }

  @Test
  void textsOfEveryLengthAreRead() {
    for (int length = 0; length < 300; length++) {
      String text = "0123456789\u00e4\u20ac\ud83d\ude00".repeat(30).substring(0, length);
      text = Character.isHighSurrogate((text + " ").charAt(Math.max(0, length - 1))) ? "x" : text;
      byte[] frame = frame(length % 9, 0x81, text.getBytes(StandardCharsets.UTF_8));
      assertEquals(Optional.of(text), read(frame, length % 9));
    }
    String large = "x".repeat(70_000);
    assertEquals(
        Optional.of(large), read(frame(0, 0x81, large.getBytes(StandardCharsets.UTF_8)), 0));
  }

  @Test
  void whatIsPerhapsNoUtf8IsLeftAsItWasForTheEngine() {
    for (byte[] payload :
        new byte[][] {
          {'a', (byte) 0xff},
          {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          "\ufffd".getBytes(StandardCharsets.UTF_8)
        }) {
      byte[] frame = frame(3, 0x81, payload);
      byte[] before = Arrays.copyOf(frame, frame.length);
      assertEquals(Optional.empty(), read(frame, 3));
      assertArrayEquals(before, frame);
    }
  }

  @Test
  void otherFramesAreLeftToTheEngine() {
    for (int first : new int[] {0x01, 0x80, 0x82, 0x88, 0x89, 0x8a, 0xc1, 0x91}) {
      byte[] frame = frame(0, first, "hello".getBytes(StandardCharsets.UTF_8));
      byte[] before = Arrays.copyOf(frame, frame.length);
      assertEquals(Optional.empty(), read(frame, 0));
      assertArrayEquals(before, frame);
    }
  }
}
