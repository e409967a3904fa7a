package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.CloseCode;
import agentcore.testkit.RawFrame;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScannerTest {
  private static final int MAX = 70_000;

  private final FrameScanner scanner = new FrameScanner(MAX);

  private static RawFrame frame(int opcode, int length) {
    return RawFrame.of(opcode, new byte[length]);
  }

  private int scan(RawFrame frame) throws FrameScanner.Violation {
    byte[] bytes = frame.encode();
    assertEquals(bytes.length, scanner.next(bytes, 0, bytes.length));
    return bytes.length;
  }

  private void assertViolation(CloseCode code, byte[] bytes) {
    FrameScanner.Violation violation =
        assertThrows(FrameScanner.Violation.class, () -> scanner.next(bytes, 0, bytes.length));
    assertEquals(code, violation.code());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65535, 65536, MAX})
  void aFrameIsFoundOnlyWhenItIsAllThere(int length) throws FrameScanner.Violation {
    byte[] bytes = frame(RawFrame.TEXT, length).encode();
    int step = Math.max(1, bytes.length / 200);
    for (int end = 0; end < bytes.length; end += end < 20 ? 1 : step) {
      assertEquals(0, scanner.next(bytes, 0, end), "of " + end + " bytes");
    }
    assertEquals(0, scanner.next(bytes, 0, bytes.length - 1));
    assertEquals(bytes.length, scanner.next(bytes, 0, bytes.length));
  }

  @Test
  void whatStandsBeforeAndBehindTheFrameDoesNotCount() throws FrameScanner.Violation {
    byte[] frame = frame(RawFrame.TEXT, 200).encode();
    byte[] bytes = new byte[1000];
    Arrays.fill(bytes, (byte) 0xff);
    System.arraycopy(frame, 0, bytes, 300, frame.length);
    assertEquals(frame.length, scanner.next(bytes, 300, bytes.length));
    assertEquals(0, scanner.next(bytes, 300, 300 + frame.length - 1));
  }

  @Test
  void anUnmaskedFrameIsAViolationAtItsSecondByte() throws FrameScanner.Violation {
    assertEquals(0, scanner.next(new byte[] {(byte) 0x81}, 0, 1));
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
  void aSizeBeyondTheLimitIsAViolationAsSoonAsItIsAnnounced(String head, String what) {
    assertViolation(CloseCode.TOO_BIG, HexFormat.of().parseHex(head));
    assertEquals(0, scanner.unfinishedCost(), what);
  }

  @Test
  void aLengthIsNotJudgedBeforeItIsAllThere() throws FrameScanner.Violation {
    byte[] head = HexFormat.of().parseHex("81ffffffffffffffffff");
    assertEquals(0, scanner.next(head, 0, 9));
    assertEquals(0, scanner.next(HexFormat.of().parseHex("81feff"), 0, 3));
  }

  @Test
  void fragmentsAreOneMessageToTheLimit() throws FrameScanner.Violation {
    scan(frame(RawFrame.TEXT, 40_000).withFin(false));
    assertTrue(scanner.unfinishedCost() >= 40_000);
    scan(frame(RawFrame.CONTINUATION, 20_000).withFin(false));
    assertTrue(scanner.unfinishedCost() >= 60_000);
    assertViolation(CloseCode.TOO_BIG, frame(RawFrame.CONTINUATION, 10_001).encode());
    scan(frame(RawFrame.CONTINUATION, 10_000));
    assertEquals(0, scanner.unfinishedCost());
    scan(frame(RawFrame.TEXT, MAX));
  }

  @Test
  void controlFramesBetweenFragmentsDoNotCount() throws FrameScanner.Violation {
    scan(frame(RawFrame.TEXT, MAX).withFin(false));
    scan(frame(RawFrame.PING, 125));
    scan(frame(RawFrame.PONG, 0));
    scan(frame(RawFrame.CLOSE, 125));
    assertTrue(scanner.unfinishedCost() >= MAX);
    scan(frame(RawFrame.CONTINUATION, 0));
    assertEquals(0, scanner.unfinishedCost());
  }

  @Test
  void anUnfinishedFragmentDoesNotCountTwice() throws FrameScanner.Violation {
    byte[] bytes = frame(RawFrame.TEXT, MAX).withFin(false).encode();
    for (int i = 0; i < 5; i++) {
      assertEquals(0, scanner.next(bytes, 0, bytes.length - 1));
    }
    assertEquals(0, scanner.unfinishedCost());
    assertEquals(bytes.length, scanner.next(bytes, 0, bytes.length));
  }

  @Test
  void fragmentsWithoutEndAreAViolation() throws FrameScanner.Violation {
    byte[] empty = frame(RawFrame.CONTINUATION, 0).withFin(false).encode();
    for (int i = 0; i < FrameScanner.MAX_FRAGMENTS; i++) {
      assertEquals(empty.length, scanner.next(empty, 0, empty.length));
    }
    assertViolation(CloseCode.TOO_BIG, empty);
  }

  @Test
  void theEndOfAMessageBeginsTheCountAnew() throws FrameScanner.Violation {
    RawFrame more = frame(RawFrame.CONTINUATION, 0).withFin(false);
    for (int message = 0; message < 3; message++) {
      for (int i = 0; i < FrameScanner.MAX_FRAGMENTS; i++) {
        scan(more);
      }
      scan(frame(RawFrame.CONTINUATION, 0));
    }
  }
}
