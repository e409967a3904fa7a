package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTest {
  @ParameterizedTest
  @CsvSource({
    "0,     8100",
    "1,     8101",
    "125,   817d",
    "126,   817e007e",
    "127,   817e007f",
    "65535, 817effff",
    "65536, 817f0000000000010000",
    "70000, 817f0000000000011170"
  })
  void headerIsTheShortestForTheLength(int length, String head) {
    byte[] payload = "x".repeat(length).getBytes(StandardCharsets.UTF_8);
    byte[] frame = Frame.text("x".repeat(length));
    byte[] expected = HexFormat.of().parseHex(head);
    assertArrayEquals(expected, Arrays.copyOf(frame, expected.length));
    assertArrayEquals(payload, Arrays.copyOfRange(frame, expected.length, frame.length));
  }

  @Test
  void lengthIsThatOfTheUtf8Bytes() {
    byte[] frame = Frame.text("€".repeat(42));
    assertEquals(126, frame[1]);
    assertEquals(4 + 126, frame.length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"1", "100", "70000"})
  void mergedFrameIsThatOfOneObject(int length) {
    String text = "€".repeat(length);
    assertArrayEquals(
        Frame.text("{\"text\":\"" + text + "\",\"id\":\"ä\"}"),
        Frame.merged(utf8("{\"text\":\"" + text + "\"}"), utf8("{\"id\":\"ä\"}")));
  }

  @Test
  void joinKeepsTheOrderOfTheFrames() {
    byte[] first = {1, 2, 3};
    assertSame(first, Frame.join(List.of(first)));
    assertArrayEquals(
        new byte[] {1, 2, 3, 4, 5, 6},
        Frame.join(List.of(first, new byte[] {4}, new byte[] {5, 6})));
  }

  @Test
  void pingIsEmpty() {
    assertArrayEquals(new byte[] {(byte) 0x89, 0}, Frame.ping());
  }
}
