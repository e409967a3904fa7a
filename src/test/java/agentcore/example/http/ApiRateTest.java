package agentcore.example.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How many requests a key may send. */
class ApiRateTest {
  @Test
  void rateIsOneSecondsWorthAndABatchOverdrawsIt() {
    AtomicLong now = new AtomicLong();
    ApiRate rate = new ApiRate(10, now::get);
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
    ApiRate rate = new ApiRate(0, () -> 0);
    for (int i = 0; i < 1000; i++) {
      assertTrue(rate.take("a", 100).isEmpty());
    }
  }
}
