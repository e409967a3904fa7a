package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.CloseCode;
import agentcore.testkit.RawFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final int MAX = 70_000;

  private final FrameDecoder decoder = new FrameDecoder(MAX);

  private static RawFrame frame(int opcode, int length) {
    return RawFrame.of(opcode, new byte[length]);
  }

  private int decode(RawFrame frame) throws CloseException {
    byte[] bytes = frame.encode();
    assertEquals(bytes.length, decoder.next(bytes, 0, bytes.length));
    return bytes.length;
  }

  private void assertViolation(CloseCode code, byte[] bytes) {
    CloseException violation =
        assertThrows(CloseException.class, () -> decoder.next(bytes, 0, bytes.length));
    assertEquals(code, violation.code());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65535, 65536, MAX})
  void frameIsFoundOnlyWhenItIsComplete(int length) throws CloseException {
    byte[] bytes = frame(RawFrame.TEXT, length).encode();
    int step = Math.max(1, bytes.length / 200);
    for (int end = 0; end < bytes.length; end += end < 20 ? 1 : step) {
      assertEquals(0, decoder.next(bytes, 0, end), "of " + end + " bytes");
    }
    assertEquals(0, decoder.next(bytes, 0, bytes.length - 1));
    assertEquals(bytes.length, decoder.next(bytes, 0, bytes.length));
  }

  @Test
  void bytesBeforeAndAfterTheFrameAreIgnored() throws CloseException {
    byte[] frame = frame(RawFrame.TEXT, 200).encode();
    byte[] bytes = new byte[1000];
    Arrays.fill(bytes, (byte) 0xff);
    System.arraycopy(frame, 0, bytes, 300, frame.length);
    assertEquals(frame.length, decoder.next(bytes, 300, bytes.length));
    assertEquals(0, decoder.next(bytes, 300, 300 + frame.length - 1));
  }

  @Test
  void unmaskedFrameIsRejectedAtItsSecondByte() throws CloseException {
    assertEquals(0, decoder.next(new byte[] {(byte) 0x81}, 0, 1));
    assertViolation(CloseCode.PROTOCOL_ERROR, new byte[] {(byte) 0x81, 0x05});
    assertViolation(CloseCode.PROTOCOL_ERROR, new byte[] {(byte) 0x89, 0x00});
  }

  @ParameterizedTest
  @CsvSource({
    "81ff0000000000011171,  one byte more than a message may have",
    "81ff0000000080000000,  2 GiB",
    "81ff7fffffffffffffff,  the largest length there is",
    "81ffffffffffffffffff,  a length with its highest bit set",
    "81ff8000000000000000,  a length with only its highest bit set",
    "82ff0000000000011171,  binary",
    "01ff0000000000011171,  a first fragment",
    "80ff0000000000011171,  a continuation",
    "89ff0000000000011171,  a ping",
    "8bff0000000000011171,  an unknown opcode"
  })
  void sizeOverTheLimitIsRejectedBeforeThePayloadArrives(String head, String what) {
    assertViolation(CloseCode.TOO_BIG, HexFormat.of().parseHex(head));
    assertEquals(0, decoder.unfinishedCost(), what);
  }

  @Test
  void incompleteLengthIsNotRejected() throws CloseException {
    byte[] head = HexFormat.of().parseHex("81ffffffffffffffffff");
    assertEquals(0, decoder.next(head, 0, 9));
    assertEquals(0, decoder.next(HexFormat.of().parseHex("81feff"), 0, 3));
  }

  @Test
  void limitAppliesToAllFragmentsTogether() throws CloseException {
    decode(frame(RawFrame.TEXT, 40_000).withFin(false));
    assertTrue(decoder.unfinishedCost() >= 40_000);
    decode(frame(RawFrame.CONTINUATION, 20_000).withFin(false));
    assertTrue(decoder.unfinishedCost() >= 60_000);
    assertViolation(CloseCode.TOO_BIG, frame(RawFrame.CONTINUATION, 10_001).encode());
    decode(frame(RawFrame.CONTINUATION, 10_000));
    assertEquals(0, decoder.unfinishedCost());
    decode(frame(RawFrame.TEXT, MAX));
  }

  @Test
  void controlFramesBetweenFragmentsDoNotCount() throws CloseException {
    decode(frame(RawFrame.TEXT, MAX).withFin(false));
    decode(frame(RawFrame.PING, 125));
    decode(frame(RawFrame.PONG, 0));
    decode(frame(RawFrame.CLOSE, 125));
    assertTrue(decoder.unfinishedCost() >= MAX);
    decode(frame(RawFrame.CONTINUATION, 0));
    assertEquals(0, decoder.unfinishedCost());
  }

  @Test
  void incompleteFragmentIsNotCountedTwice() throws CloseException {
    byte[] bytes = frame(RawFrame.TEXT, MAX).withFin(false).encode();
    for (int i = 0; i < 5; i++) {
      assertEquals(0, decoder.next(bytes, 0, bytes.length - 1));
    }
    assertEquals(0, decoder.unfinishedCost());
    assertEquals(bytes.length, decoder.next(bytes, 0, bytes.length));
  }

  @Test
  void endlessFragmentsAreRejected() throws CloseException {
    byte[] empty = frame(RawFrame.CONTINUATION, 0).withFin(false).encode();
    for (int i = 0; i < FrameDecoder.MAX_FRAGMENTS; i++) {
      assertEquals(empty.length, decoder.next(empty, 0, empty.length));
    }
    assertViolation(CloseCode.TOO_BIG, empty);
  }

  @Test
  void endOfAMessageResetsTheCount() throws CloseException {
    RawFrame more = frame(RawFrame.CONTINUATION, 0).withFin(false);
    for (int message = 0; message < 3; message++) {
      for (int i = 0; i < FrameDecoder.MAX_FRAGMENTS; i++) {
        decode(more);
      }
      decode(frame(RawFrame.CONTINUATION, 0));
    }
  }

  /** Encodes a masked frame after {@code before} other bytes. */
  private static byte[] encoded(int before, RawFrame frame) {
    byte[] encoded = frame.encode();
    byte[] bytes = new byte[before + encoded.length];
    System.arraycopy(encoded, 0, bytes, before, encoded.length);
    return bytes;
  }

  private Optional<String> text(int before, byte[] bytes) throws CloseException {
    int length = decoder.next(bytes, before, bytes.length);
    assertEquals(bytes.length - before, length);
    if (!decoder.isText(bytes, before)) {
      return Optional.empty();
    }
    byte[] masked = bytes.clone();
    int from = FrameDecoder.unmask(bytes, before, length);
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    FrameDecoder.unmask(bytes, before, length);
    assertArrayEquals(masked, bytes, "a second call masks again");
    return Optional.of(text);
  }

  @Test
  void textOfAnyLengthIsDecoded() throws CloseException {
    for (int length = 0; length < 300; length++) {
      String text = "0123456789\u00e4\u20ac\ud83d\ude00".repeat(30).substring(0, length);
      text = Character.isHighSurrogate((text + " ").charAt(Math.max(0, length - 1))) ? "x" : text;
      int before = length % 9;
      assertEquals(Optional.of(text), text(before, encoded(before, RawFrame.text(text))));
    }
    String large = "x".repeat(MAX);
    assertEquals(Optional.of(large), text(0, encoded(0, RawFrame.text(large))));
  }

  private void assertLeftToTheEngine(int before, byte[] bytes) throws CloseException {
    byte[] unchanged = Arrays.copyOf(bytes, bytes.length);
    assertEquals(Optional.empty(), text(before, bytes));
    assertArrayEquals(unchanged, bytes);
  }

  @Test
  void otherFramesAreLeftToTheEngine() throws CloseException {
    byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
    for (int opcode : new int[] {RawFrame.BINARY, RawFrame.CLOSE, RawFrame.PING, RawFrame.PONG}) {
      assertLeftToTheEngine(0, RawFrame.of(opcode, hello).encode());
    }
    for (int bits : new int[] {1, 2, 4}) {
      assertLeftToTheEngine(0, RawFrame.text("hello").withRsv(bits).encode());
    }
    assertLeftToTheEngine(0, RawFrame.text("hello").withFin(false).encode());
    assertLeftToTheEngine(0, RawFrame.of(RawFrame.CONTINUATION, hello).withFin(false).encode());
    assertLeftToTheEngine(0, RawFrame.text("a text amid fragments").encode());
    assertLeftToTheEngine(0, RawFrame.of(RawFrame.CONTINUATION, hello).withFin(false).encode());
    assertLeftToTheEngine(0, RawFrame.of(RawFrame.CONTINUATION, hello).encode());
  }
}
