package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private static int takeAll(TokenBucket bucket, long nowNanos) {
    int taken = 0;
    while (bucket.take(nowNanos).isEmpty()) {
      taken++;
    }
    return taken;
  }

  @Test
  void startsFull() {
    assertEquals(5, takeAll(new TokenBucket(5, 1.0 / SECOND, 0), 0));
  }

  @Test
  void fillsInFractions() {
    TokenBucket bucket = new TokenBucket(5, 2.0 / SECOND, 0);
    takeAll(bucket, 0);
    assertTrue(bucket.take(SECOND / 4).isPresent(), "half a token");
    assertTrue(bucket.take(SECOND / 2).isEmpty(), "two halves");
    assertTrue(bucket.take(SECOND / 2).isPresent());
    assertEquals(3, takeAll(bucket, 2 * SECOND));
  }

  @Test
  void manySmallStepsFillAsMuchAsOneLargeStep() {
    TokenBucket bucket = new TokenBucket(1000, 100.0 / SECOND, 0);
    takeAll(bucket, 0);
    int taken = 0;
    for (long now = 0; now <= SECOND; now += SECOND / 100_000) {
      taken += bucket.take(now).isEmpty() ? 1 : 0;
    }
    assertTrue(taken == 99 || taken == 100, "" + taken);
  }

  @Test
  void neverHoldsMoreThanItsCapacity() {
    TokenBucket bucket = new TokenBucket(5, 1.0 / SECOND, 0);
    takeAll(bucket, 0);
    assertEquals(5, takeAll(bucket, 3600 * SECOND));
  }

  @Test
  void returnsTimeUntilNextToken() {
    TokenBucket bucket = new TokenBucket(1, 0.5 / SECOND, 0);
    assertEquals(Optional.empty(), bucket.take(0));
    assertEquals(Optional.of(Duration.ofSeconds(2)), bucket.take(0));
    assertEquals(Optional.of(Duration.ofMillis(500)), bucket.take(SECOND * 3 / 2));
    assertEquals(Optional.empty(), bucket.take(2 * SECOND));
  }

  @Test
  void tokenIsAvailableAfterTheReturnedWait() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      double rate = (1 + random.nextInt(10_000)) / (double) (1 + random.nextInt(3_600_000));
      long now = random.nextLong(1_000_000_000_000L);
      TokenBucket bucket = new TokenBucket(1 + random.nextInt(5), rate / 1_000_000, now);
      takeAll(bucket, now);
      now += random.nextLong(1000);
      Duration wait = bucket.take(now).orElse(Duration.ZERO);
      long toldMillis = wait.plusNanos(999_999).toMillis();
      assertTrue(bucket.take(now + toldMillis * 1_000_000).isEmpty(), rate + " " + wait);
    }
  }

  @Test
  void isFullAgainAfterTheTimeToFill() {
    TokenBucket bucket = new TokenBucket(2, 1.0 / SECOND, 0);
    assertTrue(bucket.isFull(0));
    takeAll(bucket, 0);
    assertFalse(bucket.isFull(0));
    assertFalse(bucket.isFull(2 * SECOND - 1));
    assertTrue(bucket.isFull(2 * SECOND));
  }

  @Test
  void worksAcrossClockOverflow() {
    TokenBucket bucket = new TokenBucket(1, 1.0 / SECOND, Long.MAX_VALUE);
    assertTrue(bucket.take(Long.MAX_VALUE).isEmpty());
    assertTrue(bucket.take(Long.MAX_VALUE).isPresent());
    assertTrue(bucket.take(Long.MAX_VALUE + SECOND).isEmpty());
  }
}
