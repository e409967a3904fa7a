package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadBufferTest {
  private final ReadBuffer buffer = new ReadBuffer();

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private byte[] waiting() {
    return Arrays.copyOfRange(buffer.bytes(), buffer.start(), buffer.end());
  }

  /** Returns at most {@code max} bytes per read, as a socket may. */
  private static InputStream inPieces(byte[] all, Random lengths, int max) {
    return new InputStream() {
      private final ByteArrayInputStream in = new ByteArrayInputStream(all);

      @Override
      public int read() {
        return in.read();
      }

      @Override
      public int read(byte[] to, int at, int length) {
        return in.read(to, at, Math.min(length, 1 + lengths.nextInt(max)));
      }
    };
  }

  @Test
  void bytesReadAndHandledInPiecesAreComplete() throws IOException {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      ReadBuffer pieces = new ReadBuffer();
      byte[] all = random(200_000, seed);
      byte[] first = Arrays.copyOf(all, random.nextInt(3000));
      pieces.put(first);
      InputStream in =
          inPieces(Arrays.copyOfRange(all, first.length, all.length), random, 1 + (int) seed * 500);
      ByteArrayOutputStream handled = new ByteArrayOutputStream();
      do {
        int waiting = pieces.end() - pieces.start();
        int some = random.nextInt(4) == 0 ? waiting : random.nextInt(waiting + 1);
        handled.write(pieces.bytes(), pieces.start(), some);
        pieces.skip(some);
      } while (pieces.read(in) >= 0);
      handled.write(pieces.bytes(), pieces.start(), pieces.end() - pieces.start());
      assertArrayEquals(all, handled.toByteArray());
    }
  }

  @Test
  void growsOnlyWithTheBytesThatArrive() throws IOException {
    InputStream in = new ByteArrayInputStream(new byte[1_000_000]);
    while (buffer.read(in) > 0) {
      int waiting = buffer.end() - buffer.start();
      assertTrue(buffer.bytes().length <= Math.max(ReadBuffer.SMALL_BYTES, 2 * waiting));
    }
    assertEquals(1_000_000, buffer.end() - buffer.start());
  }

  @Test
  void shrinksAgain() throws IOException {
    InputStream in = new ByteArrayInputStream(new byte[100_000]);
    while (buffer.end() - buffer.start() < 99_999) {
      assertTrue(buffer.read(in) > 0);
    }
    buffer.skip(buffer.end() - buffer.start());
    InputStream little = new ByteArrayInputStream(new byte[] {1, 2, 3});
    assertEquals(3, buffer.read(little));
    assertTrue(buffer.bytes().length <= ReadBuffer.SMALL_BYTES);
    assertArrayEquals(new byte[] {1, 2, 3}, waiting());
  }

  /** The last read may fill the buffer exactly, with nothing behind it. */
  @ParameterizedTest
  @ValueSource(ints = {512, 8 * 1024, 32 * 1024, 1024 * 1024})
  void waitingPeerKeepsASmallBufferEvenIfTheLastReadFilledIt(int length) throws IOException {
    InputStream in = new ByteArrayInputStream(new byte[length]);
    while (buffer.end() - buffer.start() < length) {
      assertTrue(buffer.read(in) > 0);
    }
    assertTrue(buffer.isFilled());
    buffer.skip(length);
    assertEquals(-1, buffer.read(in));
    assertEquals(ReadBuffer.SMALL_BYTES, buffer.bytes().length);
  }

  @Test
  void waitingPeerWithTheStartOfAFrameKeepsASmallBuffer() throws IOException {
    byte[] all = random(1024 * 1024, 3);
    InputStream in = new ByteArrayInputStream(all);
    while (buffer.end() - buffer.start() < all.length) {
      assertTrue(buffer.read(in) > 0);
    }
    buffer.skip(all.length - 1000);
    assertEquals(-1, buffer.read(in));
    assertTrue(buffer.bytes().length <= 2 * 1000, "" + buffer.bytes().length);
    assertArrayEquals(Arrays.copyOfRange(all, all.length - 1000, all.length), waiting());
  }

  @Test
  void busyPeerIsReadInLargerSteps() throws IOException {
    InputStream busy = new ByteArrayInputStream(new byte[1_000_000]);
    int largest = 0;
    for (int n = buffer.read(busy); n > 0; n = buffer.read(busy)) {
      largest = Math.max(largest, n);
      buffer.skip(n);
    }
    assertTrue(largest >= 16 * 1024, "" + largest);
    assertTrue(largest <= 64 * 1024, "" + largest);
  }

  /** 32 messages, sent without waiting. */
  @Test
  void burstIsReadAsAWhole() throws IOException {
    InputStream burst = new ByteArrayInputStream(random(32 * 160, 7));
    assertEquals(32 * 160, buffer.read(burst));
    assertFalse(buffer.isFilled());
    assertArrayEquals(random(32 * 160, 7), waiting());
  }

  @Test
  void incompleteFrameDoesNotMakeTheStepsSmall() throws IOException {
    InputStream busy = new ByteArrayInputStream(new byte[200_000]);
    int reads = 0;
    for (int n = buffer.read(busy); n > 0; n = buffer.read(busy)) {
      buffer.skip(Math.max(0, buffer.end() - buffer.start() - 100));
      reads++;
    }
    assertTrue(reads <= 12, "" + reads);
  }

  @Test
  void reportsWhetherTheLastReadFilledIt() throws IOException {
    assertFalse(buffer.isFilled());
    InputStream in = new ByteArrayInputStream(new byte[16 * ReadBuffer.SMALL_BYTES + 1]);
    assertEquals(16 * ReadBuffer.SMALL_BYTES, buffer.read(in));
    assertTrue(buffer.isFilled());
    assertEquals(1, buffer.read(in));
    assertFalse(buffer.isFilled());
    assertEquals(-1, buffer.read(in));
  }
}
