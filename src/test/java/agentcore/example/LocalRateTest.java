package agentcore.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often something may happen. */
class LocalRateTest {
  @Test
  void bucketHoldsOnePeriodsWorthAndABatchOverdrawsIt() {
    AtomicLong now = new AtomicLong();
    LocalRate rate = new LocalRate(10, Duration.ofSeconds(1), now::get);
    for (int i = 0; i < 10; i++) {
      assertTrue(rate.take("a", 1).isEmpty());
    }
    assertEquals(Optional.of(Duration.ofMillis(100)), rate.take("a", 1));
    assertTrue(rate.take("b", 1).isEmpty());
    now.addAndGet(Duration.ofMillis(100).toNanos());
    assertTrue(rate.take("a", 1).isEmpty());
    now.addAndGet(Duration.ofSeconds(9).toNanos());
    assertTrue(rate.take("a", 30).isEmpty());
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertTrue(rate.take("a", 1).isPresent());
    now.addAndGet(Duration.ofMillis(100).toNanos());
    assertTrue(rate.take("a", 1).isEmpty());
  }

  @Test
  void zeroIsNoLimit() {
    LocalRate rate = new LocalRate(0, Duration.ofSeconds(1), () -> 0);
    for (int i = 0; i < 1000; i++) {
      assertTrue(rate.take("a", 100).isEmpty());
    }
  }
}
