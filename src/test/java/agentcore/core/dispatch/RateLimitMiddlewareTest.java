package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.TokenBuckets;
import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.Verdict;
import agentcore.testkit.Await;
import agentcore.testkit.ManualClock;
import agentcore.testkit.Together;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitMiddlewareTest {
  private static final Message CHAT = message("chat_message");
  private static final Message PING = message("ping");
  private static final Set<String> CHEAP = Set.of("ping", "typing_start");
  private static final int BURST = 5;

  private final ManualClock clock = new ManualClock();

  /** One message per second on average, five at once. */
  private final RateLimitMiddleware limit =
      new RateLimitMiddleware(
          (user, tokens, rate) -> new TokenBuckets.Grant(tokens, Duration.ZERO),
          new TokenBuckets.Rate(BURST, 1),
          CHEAP,
          clock,
          new Metrics());

  private static Message message(String type) {
    return new Message(type, Fields.NONE, Optional.empty(), 20, Optional.empty());
  }

  private int passed(StubClient client, Message message, int attempts) {
    return (int)
        IntStream.range(0, attempts)
            .filter(i -> limit.check(client, message) instanceof Verdict.Pass)
            .count();
  }

  @Test
  void passesBurstAndThenTheRate() {
    StubClient alice = StubClient.of("alice");
    assertEquals(BURST, passed(alice, CHAT, 10));
    clock.advance(Duration.ofMillis(2500));
    assertEquals(2, passed(alice, CHAT, 10));
    clock.advance(Duration.ofMillis(500));
    assertEquals(1, passed(alice, CHAT, 10), "the remaining half token and another half");
  }

  @Test
  void refusalSaysWhenToRetry() {
    StubClient alice = StubClient.of("alice");
    passed(alice, CHAT, BURST);
    clock.advance(Duration.ofMillis(250));
    Verdict.Refuse refuse = assertInstanceOf(Verdict.Refuse.class, limit.check(alice, CHAT));
    assertEquals(ErrorCode.RATE_LIMIT_EXCEEDED, refuse.reason().code());
    assertEquals("Rate limit exceeded", refuse.reason().sentence());
    assertEquals(Optional.of(Duration.ofMillis(750)), refuse.reason().retryAfter());
  }

  @Test
  void invalidMessageCostsOneToken() {
    StubClient alice = StubClient.of("alice");
    Message broken =
        Message.unreadable(
            Message.UNREADABLE,
            Optional.empty(),
            1,
            new ClientException(ErrorCode.INVALID_JSON, "Invalid JSON format"));
    assertEquals(BURST, passed(alice, broken, 10));
    assertEquals(0, passed(alice, CHAT, 1));
  }

  @Test
  void connectionsOfOneUserShareOneLimit() {
    assertEquals(3, passed(StubClient.of("alice"), CHAT, 3));
    assertEquals(2, passed(StubClient.of("alice"), CHAT, 3));
    assertEquals(BURST, passed(StubClient.of("bob"), CHAT, 10));
  }

  @Test
  void reconnectGainsNothing() {
    StubClient first = StubClient.of("alice");
    passed(first, CHAT, BURST);
    assertEquals(0, passed(StubClient.of("alice"), CHAT, 1));
    clock.advance(Duration.ofMillis(1500));
    limit.check(StubClient.of("carol"), CHAT);
    assertEquals(1, passed(StubClient.of("alice"), CHAT, 10));
  }

  @Test
  void removesBucketsOnlyWhenTheyAreFull() {
    passed(StubClient.of("alice"), CHAT, 3);
    passed(StubClient.of("bob"), CHAT, 1);
    assertEquals(2, limit.users());
    clock.advance(Duration.ofMillis(1001));
    passed(StubClient.of("carol"), CHAT, 1);
    Await.until("bob to be removed", () -> limit.users() == 2); // alice lacks two tokens
    clock.advance(Duration.ofSeconds(1));
    passed(StubClient.of("carol"), CHAT, 1);
    assertEquals(2, limit.users(), "alice lacks one");
    clock.advance(Duration.ofSeconds(1));
    passed(StubClient.of("carol"), CHAT, 1);
    Await.until(
        "alice to be removed",
        () -> {
          passed(StubClient.of("carol"), CHAT, 1); // sweeps again if the sweep before had not ended
          return limit.users() == 1;
        });
    assertEquals(BURST, passed(StubClient.of("alice"), CHAT, 10));
  }

  /** A backend that does not answer costs time for each user who is removed. */
  @Test
  void otherUsersDoNotWaitWhileTokensAreGivenBack() {
    CompletableFuture<Boolean> answers = new CompletableFuture<>();
    AtomicInteger givenBack = new AtomicInteger();
    TokenBuckets slowToTakeBack =
        (user, tokens, rate) -> {
          if (tokens < 0) {
            assertTrue(answers.join());
            givenBack.addAndGet(-tokens);
          }
          return new TokenBuckets.Grant(tokens, Duration.ZERO);
        };
    RateLimitMiddleware slow =
        new RateLimitMiddleware(
            slowToTakeBack, new TokenBuckets.Rate(50, 1), CHEAP, clock, new Metrics());
    slow.check(StubClient.of("alice"), CHAT);
    clock.advance(Duration.ofSeconds(2));
    assertTimeoutPreemptively(Await.DEADLINE, () -> slow.check(StubClient.of("bob"), CHAT));
    answers.complete(true);
    Await.until("alice to be removed", () -> slow.users() == 1);
    assertEquals(4, givenBack.get());
  }

  @Test
  void otherUsersDoNotWaitWhileTheBackendIsAsked() throws InterruptedException {
    CompletableFuture<Boolean> answers = new CompletableFuture<>();
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    TokenBuckets slowForAlice =
        (user, tokens, rate) -> {
          if (user.equals("alice")) {
            asked.complete(true);
            assertTrue(answers.join());
          }
          return new TokenBuckets.Grant(tokens, Duration.ZERO);
        };
    RateLimitMiddleware slow =
        new RateLimitMiddleware(
            slowForAlice, new TokenBuckets.Rate(50, 1), CHEAP, clock, new Metrics());
    Thread alice = Thread.ofVirtual().start(() -> slow.check(StubClient.of("alice"), CHAT));
    assertTrue(asked.join());
    clock.advance(Duration.ofSeconds(2));
    assertTimeoutPreemptively(Await.DEADLINE, () -> slow.check(StubClient.of("bob"), CHAT));
    assertEquals(2, slow.users());
    answers.complete(true);
    alice.join();
  }

  @Test
  void keepsUserWhoseCheapBucketIsNotFull() {
    passed(StubClient.of("alice"), PING, 10);
    clock.advance(Duration.ofMillis(500));
    limit.check(StubClient.of("bob"), CHAT);
    assertEquals(2, limit.users());
    assertEquals(5, passed(StubClient.of("alice"), PING, 10));
  }

  @Test
  void cheapMessagesHaveTheirOwnBucketAndAreDroppedBeyondIt() {
    StubClient alice = StubClient.of("alice");
    for (String type : List.of("ping", "typing_start")) {
      assertEquals(type.equals("ping") ? 10 : 0, passed(alice, message(type), 20), type);
      assertEquals(Verdict.DROP, limit.check(alice, message(type)));
    }
    assertEquals(BURST, passed(alice, CHAT, 10));
    clock.advance(Duration.ofMillis(300));
    assertEquals(3, passed(alice, PING, 20));
  }

  @Test
  void droppedMessagesDoNotCountAsRefusals() {
    StubClient alice = StubClient.of("alice");
    for (int i = 0; i < 1000; i++) {
      limit.check(alice, PING);
    }
    passed(alice, CHAT, BURST);
    assertInstanceOf(Verdict.Refuse.class, limit.check(alice, CHAT));
  }

  @Test
  void hundredRefusalsInARowCloseTheConnection() {
    StubClient alice = StubClient.of("alice");
    passed(alice, CHAT, BURST);
    for (int i = 1; i < 100; i++) {
      assertInstanceOf(Verdict.Refuse.class, limit.check(alice, CHAT), "refusal " + i);
    }
    Verdict.Close close = assertInstanceOf(Verdict.Close.class, limit.check(alice, CHAT));
    assertEquals(CloseCode.POLICY, close.code());
    assertEquals(ErrorCode.RATE_LIMIT_EXCEEDED, close.reason().code());
    assertInstanceOf(
        Verdict.Close.class, limit.check(StubClient.of("alice"), CHAT), "on every connection");
  }

  @Test
  void messageThatPassesResetsTheCountOfRefusals() {
    StubClient alice = StubClient.of("alice");
    passed(alice, CHAT, BURST + 99);
    clock.advance(Duration.ofSeconds(1));
    assertEquals(1, passed(alice, CHAT, 1));
    assertInstanceOf(Verdict.Refuse.class, limit.check(alice, CHAT));
  }

  @Test
  void manyThreadsTogetherPassNoMoreThanOne() {
    StubClient alice = StubClient.of("alice");
    List<Integer> passed = Together.run(16, i -> passed(alice, CHAT, 50));
    assertEquals(BURST, passed.stream().mapToInt(Integer::intValue).sum());
  }

  @Test
  void concurrentRemovalGrantsNoExtraTokens() {
    for (int round = 0; round < 50; round++) {
      clock.advance(Duration.ofHours(1));
      List<Integer> passed = Together.run(4, i -> passed(StubClient.of("alice"), CHAT, 10));
      assertEquals(BURST, passed.stream().mapToInt(Integer::intValue).sum());
    }
  }
}
