package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
      boolean unused = pace.await(first);
    }
  }

  @Test
  void burstPassesAtOnce() {
    take(100, PING);
    assertEquals(List.of(), waits);
    assertTrue(pace.await(PING));
    assertEquals(1, waits.size());
  }

  @Test
  void floodPassesAtTheAllowedRate() {
    long startNanos = now;
    take(500, PING);
    double seconds = (now - startNanos) / 1e9;
    assertEquals(4, seconds, 0.2);
    assertTrue(waits.size() <= 40, "at most ten wake-ups a second: " + waits.size());
  }

  @Test
  void floodWithoutPauseIsTooMany() {
    take(100, PING);
    int handled = 100;
    while (pace.await(PING) && handled < 10_000) {
      handled++;
    }
    assertEquals(FramePace.MAX_WAITS, waits.size());
    assertEquals(600, handled, 60);
  }

  @Test
  void pauseEndsAFlood() {
    for (int i = 0; i < 10; i++) {
      take(300, PING);
      now += 2 * SECOND;
    }
    int before = waits.size();
    assertTrue(pace.await(PING));
    assertEquals(before, waits.size());
  }

  @Test
  void fragmentsMayComeFaster() {
    long startNanos = now;
    take(10_000, FRAGMENT);
    assertEquals(List.of(), waits);
    take(40_000, FRAGMENT);
    assertEquals(4, (now - startNanos) / 1e9, 0.2);
  }

  @Test
  void pauseRestoresTheBurst() {
    take(100, PING);
    now += SECOND;
    take(100, PING);
    assertEquals(List.of(), waits);
    now += 100 * SECOND;
    take(100, PING);
    assertEquals(List.of(), waits, "a long pause gives no more than one burst");
    assertTrue(pace.await(PING));
    assertEquals(1, waits.size());
  }
}
