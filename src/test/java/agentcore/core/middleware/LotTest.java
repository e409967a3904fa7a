package agentcore.core.middleware;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.TokenBuckets;
import agentcore.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LotTest {
  private static final TokenBuckets.Rate RATE = new TokenBuckets.Rate(50, 1);
  private static final Duration WAIT = Duration.ofMillis(1_500);

  private final ManualClock clock = new ManualClock();
  private final List<Integer> asked = new ArrayList<>();
  private int inStore = 7;
  private boolean away;
  private final Lot lot = new Lot("alice", this::take, RATE, clock);

  private TokenBuckets.Grant take(String user, int tokens, TokenBuckets.Rate rate) {
    asked.add(tokens);
    if (away) {
      throw new BackendException("away");
    }
    int taken = Math.min(tokens, inStore);
    inStore -= taken;
    return new TokenBuckets.Grant(taken, taken == 0 ? WAIT : Duration.ZERO);
  }

  @Test
  void theStoreIsAskedOnceForATenthOfABucket() {
    for (int i = 0; i < 5; i++) {
      assertEquals(Optional.empty(), lot.take());
    }
    assertEquals(List.of(5), asked);
  }

  @Test
  void whatTheStoreRefusesIsRefusedForAsLongAsItSaysWithoutAskingAgain() {
    for (int i = 0; i < 7; i++) {
      assertEquals(Optional.empty(), lot.take());
    }
    assertEquals(Optional.of(WAIT), lot.take());
    clock.advance(Duration.ofSeconds(1));
    assertEquals(Optional.of(Duration.ofMillis(500)), lot.take());
    assertEquals(List.of(5, 5, 5), asked);
    inStore = 1;
    clock.advance(Duration.ofMillis(500));
    assertEquals(Optional.empty(), lot.take());
  }

  @Test
  void whileTheStoreIsAwayEveryonePassesAndItIsAskedOnceASecond() {
    away = true;
    for (int i = 0; i < 20; i++) {
      assertEquals(Optional.empty(), lot.take());
    }
    assertEquals(List.of(5), asked);
    clock.advance(Duration.ofSeconds(1));
    away = false;
    assertEquals(Optional.empty(), lot.take());
    assertEquals(List.of(5, 5), asked);
    assertEquals(2, inStore);
  }

  @Test
  void whatIsLeftIsGivenBackOnce() {
    assertEquals(Optional.empty(), lot.take());
    lot.giveBack();
    lot.giveBack();
    assertEquals(List.of(5, -4), asked);
    assertEquals(6, inStore);
  }

  @Test
  void whatCannotBeGivenBackIsLost() {
    assertEquals(Optional.empty(), lot.take());
    away = true;
    lot.giveBack();
    assertEquals(2, inStore);
  }
}
