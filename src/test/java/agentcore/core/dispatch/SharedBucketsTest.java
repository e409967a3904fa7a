package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.TokenBuckets;
import agentcore.testkit.Await;
import agentcore.testkit.ManualClock;
import agentcore.testkit.Together;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Buckets of two servers, with a backend that the test controls. */
class SharedBucketsTest {
  private static final int CAPACITY = 50;
  private static final int CREDIT = CAPACITY / 10;

  /** One token a second. */
  private static final TokenBuckets.Rate RATE = new TokenBuckets.Rate(CAPACITY, 1);

  private static final Duration WAIT = Duration.ofMillis(1_500);

  private final ManualClock clock = new ManualClock();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> inBackend = new ConcurrentHashMap<>();
  private volatile boolean away;
  private final SharedBuckets here = new SharedBuckets(this::take, clock);
  private final SharedBuckets there = new SharedBuckets(this::take, clock);

  /** The buckets of this backend do not fill by themselves. */
  private synchronized TokenBuckets.Grant take(String name, int wanted, TokenBuckets.Rate rate) {
    asked.add(name + " " + wanted);
    if (away) {
      throw new BackendException("away");
    }
    int tokens = inBackend.getOrDefault(name, CAPACITY);
    int taken = Math.min(wanted, tokens);
    inBackend.put(name, tokens - taken);
    return new TokenBuckets.Grant(taken, taken == 0 ? WAIT : Duration.ZERO);
  }

  private int passed(SharedBuckets server, String name, int attempts) {
    return (int)
        IntStream.range(0, attempts).filter(i -> server.take(name, RATE).isEmpty()).count();
  }

  /** A server settles its buckets when one is used, once a second. */
  private void settle() {
    clock.advance(Duration.ofSeconds(1));
    assertEquals(1, passed(here, "b", 1));
  }

  @Test
  void passesBurstAndThenTheRate() {
    assertEquals(CAPACITY, passed(here, "a", CAPACITY));
    assertEquals(Optional.of(Duration.ofSeconds(1)), here.take("a", RATE));
    assertEquals(CAPACITY, passed(here, "b", CAPACITY + 1));
  }

  @Test
  void asksOnceForEachTenthOfTheBucketAndNeverForTheFirst() {
    assertEquals(CREDIT, passed(here, "a", CREDIT));
    assertEquals(List.of(), asked);
    assertEquals(CREDIT, passed(here, "a", CREDIT));
    assertEquals(List.of("/a " + CREDIT), asked);
  }

  @Test
  void serversShareOneBucketButForATenthEach() {
    assertEquals(CAPACITY, passed(here, "a", CAPACITY));
    assertEquals(2 * CREDIT, passed(there, "a", CAPACITY));
    assertEquals(0, inBackend.get("/a"));
    assertEquals(Optional.of(WAIT), there.take("a", RATE));
  }

  @Test
  void whatTheBackendDidNotGrantRemainsOwed() {
    inBackend.put("/a", 2);
    assertEquals(CREDIT + 2, passed(here, "a", 20));
    inBackend.put("/a", 3);
    assertEquals(0, passed(here, "a", 5), "the backend's delay is not over");
    clock.advance(WAIT);
    assertEquals(3, passed(here, "a", 5));
  }

  @Test
  void ownBucketDecidesWhileTheBackendIsAway() {
    away = true;
    assertEquals(CAPACITY, passed(here, "a", CAPACITY + 10));
    assertEquals(List.of("/a " + CREDIT), asked);
    clock.advance(Duration.ofSeconds(1));
    away = false;
    assertEquals(1, passed(here, "a", 10));
    assertEquals(CAPACITY - CREDIT, inBackend.get("/a"));
  }

  @Test
  void removesABucketWhenItIsFullAndPaid() {
    assertEquals(3, passed(here, "a", 3));
    clock.advance(Duration.ofSeconds(2));
    settle();
    Await.until("the bucket to be removed", () -> here.size() == 1);
    assertEquals(List.of("/a 3"), asked);
  }

  @Test
  void keepsAFullBucketThatTheBackendDoesNotGrant() {
    inBackend.put("/a", 0);
    assertEquals(1, passed(here, "a", 1));
    settle();
    Await.until("the backend to be asked", () -> asked.contains("/a 1"));
    clock.advance(Duration.ofSeconds(1));
    assertEquals(CREDIT - 1, passed(here, "a", CAPACITY), "the first one is still owed");
  }

  @Test
  void removesFullBucketsWhileTheBackendIsAway() {
    away = true;
    assertEquals(1, passed(here, "a", 1));
    settle();
    Await.until("the bucket to be removed", () -> here.size() == 1);
  }

  @Test
  void grantsNoTokenTwiceToConcurrentCallers() {
    int passed = Together.run(8, i -> passed(here, "a", CAPACITY)).stream().mapToInt(n -> n).sum();
    assertEquals(CAPACITY, passed);
    assertEquals(0, inBackend.get("/a"));
  }
}
