package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.TokenBuckets;
import agentcore.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A bucket whose tokens are taken in advance; {@link SharedBucketsTest} has the others. */
class SharedBucketTest {
  private static final TokenBuckets.Rate RATE = new TokenBuckets.Rate(50, 1);
  private static final Duration WAIT = Duration.ofMillis(1_500);

  private final ManualClock clock = new ManualClock();
  private final List<Integer> asked = new ArrayList<>();
  private int inBackend = 7;
  private boolean away;
  private final SharedBucket bucket =
      SharedBucket.takenInAdvance("alice", this::take, RATE, clock.getAsLong());

  private TokenBuckets.Grant take(String user, int tokens, TokenBuckets.Rate rate) {
    asked.add(tokens);
    if (away) {
      throw new BackendException("away");
    }
    int taken = Math.min(tokens, inBackend);
    inBackend -= taken;
    return new TokenBuckets.Grant(taken, taken == 0 ? WAIT : Duration.ZERO);
  }

  private Optional<Duration> take() {
    return bucket.take(clock.getAsLong());
  }

  @Test
  void takesTenthOfBucketAtOnce() {
    for (int i = 0; i < 5; i++) {
      assertEquals(Optional.empty(), take());
    }
    assertEquals(List.of(5), asked);
  }

  @Test
  void refusesWithoutAskingUntilTheBackendsDelayIsOver() {
    for (int i = 0; i < 7; i++) {
      assertEquals(Optional.empty(), take());
    }
    assertEquals(Optional.of(WAIT), take());
    clock.advance(Duration.ofSeconds(1));
    assertEquals(Optional.of(Duration.ofMillis(500)), take());
    assertEquals(List.of(5, 5, 5), asked);
    inBackend = 1;
    clock.advance(Duration.ofMillis(500));
    assertEquals(Optional.empty(), take());
  }

  @Test
  void passesWhileTheBackendIsAwayAndAsksOnceASecond() {
    away = true;
    for (int i = 0; i < 20; i++) {
      assertEquals(Optional.empty(), take());
    }
    assertEquals(List.of(5), asked);
    clock.advance(Duration.ofSeconds(1));
    away = false;
    assertEquals(Optional.empty(), take());
    assertEquals(List.of(5, 5), asked);
    assertEquals(2, inBackend);
  }

  @Test
  void givesBackRemainingTokensOnce() {
    assertEquals(Optional.empty(), take());
    bucket.settle(clock.getAsLong());
    bucket.settle(clock.getAsLong());
    assertEquals(List.of(5, -4), asked);
    assertEquals(6, inBackend);
  }

  @Test
  void losesTokensThatTheBackendCannotTakeBack() {
    assertEquals(Optional.empty(), take());
    away = true;
    bucket.settle(clock.getAsLong());
    assertEquals(2, inBackend);
  }
}
