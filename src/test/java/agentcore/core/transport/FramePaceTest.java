package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramePaceTest {
  private static final byte PING = (byte) 0x89;
  private static final byte FRAGMENT = 0x00;
  private static final long SECOND = 1_000_000_000;

  private final List<Long> waits = new ArrayList<>();
  private long now = Long.MAX_VALUE - SECOND; // System.nanoTime may overflow

  private final FramePace pace =
      new FramePace(
          () -> now,
          nanos -> {
            waits.add(nanos);
            now += nanos;
          });

  private void take(int times, byte first) {
    for (int i = 0; i < times; i++) {
      pace.take(first);
    }
  }

  @Test
  void aBurstPassesAtOnce() {
    take(100, PING);
    assertEquals(List.of(), waits);
    assertTrue(pace.take(PING));
    assertEquals(1, waits.size());
  }

  @Test
  void aFloodPassesAtItsRate() {
    long startNanos = now;
    take(10_100, PING);
    double seconds = (now - startNanos) / 1e9;
    assertEquals(100, seconds, 0.2);
    assertTrue(waits.size() <= 1000, "it wakes up at most ten times a second: " + waits.size());
  }

  @Test
  void fragmentsMayComeFaster() {
    long startNanos = now;
    take(10_000, FRAGMENT);
    assertEquals(List.of(), waits);
    take(100_000, FRAGMENT);
    assertEquals(10, (now - startNanos) / 1e9, 0.2);
  }

  @Test
  void aPauseGivesTheBurstBack() {
    take(100, PING);
    now += SECOND;
    take(100, PING);
    assertEquals(List.of(), waits);
    now += 100 * SECOND;
    take(100, PING);
    assertFalse(waits.size() > 0, "a long pause gives no more than one burst");
    assertTrue(pace.take(PING));
  }
}
