package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadBufferTest {
  private final ReadBuffer buffer = new ReadBuffer();

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private int waiting() {
    return buffer.end() - buffer.start();
  }

  @Test
  void bytesReceivedAndHandledInPiecesAreComplete() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      ReadBuffer pieces = new ReadBuffer();
      byte[] all = random(200_000, seed);
      ByteArrayOutputStream handled = new ByteArrayOutputStream();
      for (int at = 0; at < all.length; ) {
        int length = Math.min(all.length - at, 1 + random.nextInt(1 + (int) seed * 500));
        pieces.append(Arrays.copyOfRange(all, at, at + length));
        at += length;
        int waiting = pieces.end() - pieces.start();
        int some = random.nextInt(4) == 0 ? waiting : random.nextInt(waiting + 1);
        handled.write(pieces.bytes(), pieces.start(), some);
        pieces.skip(some);
        if (random.nextBoolean()) {
          pieces.trim();
        }
      }
      handled.write(pieces.bytes(), pieces.start(), pieces.end() - pieces.start());
      assertArrayEquals(all, handled.toByteArray());
    }
  }

  @Test
  void growsOnlyWithTheBytesThatArrive() {
    for (int i = 0; i < 1000; i++) {
      buffer.append(new byte[1000]);
      assertTrue(buffer.bytes().length <= Math.max(2000, 2 * waiting()));
    }
    assertEquals(1_000_000, waiting());
  }

  @Test
  void holdsNothingWhenEverythingIsHandled() {
    buffer.append(new byte[100_000]);
    buffer.append(new byte[1]);
    buffer.skip(100_001);
    buffer.trim();
    assertEquals(0, buffer.bytes().length);
  }

  @Test
  void startOfAFrameIsKeptInLittleMemory() {
    byte[] all = random(1024 * 1024, 3);
    buffer.append(all);
    buffer.skip(all.length - 1000);
    buffer.trim();
    assertEquals(1000, buffer.bytes().length);
    byte[] kept = Arrays.copyOfRange(buffer.bytes(), buffer.start(), buffer.end());
    assertArrayEquals(Arrays.copyOfRange(all, all.length - 1000, all.length), kept);
  }
}
