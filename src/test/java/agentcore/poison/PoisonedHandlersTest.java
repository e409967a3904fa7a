package agentcore.poison;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.middleware.Client;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Consumers and middleware that throw. */
class PoisonedHandlersTest extends PoisonedServer {
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  PoisonedHandlersTest() {
    super(TestServer.config(Map.of("RATE_LIMIT_MESSAGES", "0")), new Broken());
  }

  /** A consumer that fails in every possible way. */
  private static final class Broken implements Consumer {
    @Override
    public Map<String, Handler> handlers() {
      return Map.ofEntries(
          entry("ping", (session, message) -> session.reply(message, Event.of("pong"))),
          entry("runtime", (session, message) -> fail(new IllegalStateException("secret"))),
          entry("null", (session, message) -> fail(new NullPointerException())),
          entry("assertion", (session, message) -> fail(new AssertionError("secret"))),
          entry("memory", (session, message) -> fail(new OutOfMemoryError("secret"))),
          entry("linkage", (session, message) -> fail(new NoClassDefFoundError("secret"))),
          entry("stack", (session, message) -> overflow(0)),
          entry("away", (session, message) -> fail(new BackendException("secret"))),
          entry("refusal", (session, message) -> fail(notAllowed())),
          entry("half", Broken::half),
          entry("interrupt", (session, message) -> Thread.currentThread().interrupt()),
          entry("block", (session, message) -> block()),
          entry("later", Broken::later));
    }

    private static ClientException notAllowed() {
      return new ClientException(ErrorCode.NOT_ALLOWED, "No");
    }

    /** Throws any exception, even a checked one that is not declared. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void fail(Throwable what) throws T {
      throw (T) what;
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int overflow(int depth) {
      return overflow(depth + 1) + 1;
    }

    private static void half(Session session, Message message) {
      session.reply(message, Event.of("first"));
      throw new IllegalStateException("after a reply");
    }

    private static void block() {
      try {
        NEVER.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void later(Session session, Message message) {
      session.after(
          Duration.ofMillis(1),
          () -> {
            throw new IllegalStateException("in a timer");
          });
      session.after(Duration.ofMillis(2), () -> session.send(Event.of("later")));
    }

    @Override
    public void connected(Session session) {
      switch (session.user()) {
        case "unwelcome" -> throw new IllegalStateException("while greeting");
        case "too late" -> throw new BackendException("away");
        default -> session.send(Event.of("welcome"));
      }
    }

    @Override
    public void disconnected(Session session) {
      if (session.user().equals("ungrateful")) {
        throw new StackOverflowError("at the end");
      }
    }
  }

  private static void assertStillServed(RawClient client) {
    client.send("{\"type\":\"ping\",\"id\":\"still\"}");
    JsonObject pong = client.nextJson();
    assertEquals("pong", pong.get("type").getAsString());
    assertEquals("still", pong.get("id").getAsString());
  }

  @ParameterizedTest
  @CsvSource({
    "runtime, INTERNAL_ERROR, Internal error",
    "null, INTERNAL_ERROR, Internal error",
    "assertion, INTERNAL_ERROR, Internal error",
    "memory, INTERNAL_ERROR, Internal error",
    "linkage, INTERNAL_ERROR, Internal error",
    "stack, INTERNAL_ERROR, Internal error",
    "away, BACKEND_UNAVAILABLE, 'The message store is not reachable, try again'",
    "refusal, NOT_ALLOWED, No"
  })
  void failingHandlerIsAnsweredWithAnErrorAndTheConnectionStays(
      String type, String code, String sentence) {
    try (RawClient client = welcomed("victim")) {
      for (int i = 0; i < 3; i++) {
        client.send("{\"type\":\"" + type + "\",\"id\":\"" + i + "\"}");
        JsonObject error = client.nextJson();
        assertEquals(code, error.get("error_code").getAsString());
        assertEquals(sentence, error.get("message").getAsString());
        assertEquals(type, error.get("message_type").getAsString());
        assertEquals("" + i, error.get("id").getAsString());
        assertFalse(error.toString().contains("secret"));
      }
      assertStillServed(client);
    }
  }

  @Test
  void replyBeforeADefectIsSent() {
    try (RawClient client = welcomed("victim")) {
      client.send("{\"type\":\"half\"}");
      assertEquals("first", client.nextJson().get("type").getAsString());
      assertEquals("INTERNAL_ERROR", client.nextJson().get("error_code").getAsString());
      assertStillServed(client);
    }
  }

  @Test
  void failingTimerDoesNotEndOtherTimers() {
    try (RawClient client = welcomed("victim")) {
      client.send("{\"type\":\"later\"}");
      assertEquals("later", client.nextJson().get("type").getAsString());
      assertStillServed(client);
    }
  }

  @Test
  void handlerThatInterruptsItsThreadEndsOnlyItsConnection() {
    try (RawClient client = welcomed("victim")) {
      client.send("{\"type\":\"interrupt\"}");
      client.awaitClose();
    }
    awaitAlone();
  }

  @Test
  void blockingHandlersDelayNobodyElse() {
    for (int i = 0; i < 50; i++) {
      RawClient client = welcomed("blocker" + i);
      client.send("{\"type\":\"block\"}");
      client.closeAbruptly();
    }
    honest().ping();
    NEVER.countDown();
    awaitAlone();
  }

  @ParameterizedTest
  @CsvSource({"unwelcome, 1011", "too late, 1013"})
  void failureInConnectedClosesTheConnection(String user, int code) {
    try (RawClient client = server().connect(user)) {
      assertEquals(code, client.expectClose().code());
    }
    awaitAlone();
  }

  @Test
  void failureInDisconnectedLeavesNothingBehind() {
    for (int i = 0; i < 10; i++) {
      welcomed("ungrateful").close();
    }
    awaitAlone();
  }

  /** Middleware that fails as the message's type says. */
  private static final class BrokenMiddleware implements Middleware {
    private final AtomicInteger done = new AtomicInteger();

    @Override
    public Verdict check(Client client, Message message) {
      if (message.type().equals("fail-check")) {
        throw new StackOverflowError("in a middleware");
      }
      return message.type().equals("fail-null") ? null : Verdict.PASS;
    }

    @Override
    public void done(Client client, Message message, Verdict verdict, long nanos) {
      done.incrementAndGet();
      if (message.type().equals("fail-done")) {
        throw new IllegalStateException("in a middleware");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail-check", "fail-null", "fail-done"})
  void failingMiddlewareIsAnsweredWithAnErrorAtMost(String type) throws Exception {
    Config config = TestServer.config(Map.of());
    BrokenMiddleware broken = new BrokenMiddleware();
    try (AgentCore server =
            new AgentCore(config, new MemoryBackend(config.backendLimits()))
                .use(broken)
                .endpoint("/ws/{user_id}", new Broken())
                .start();
        RawClient client = RawClient.connect(server.port(), "/ws/victim")) {
      client.nextJson("welcome");
      client.send("{\"type\":\"" + type + "\"}");
      JsonObject error = client.nextJson();
      String expected = type.equals("fail-done") ? "UNKNOWN_MESSAGE_TYPE" : "INTERNAL_ERROR";
      assertEquals(expected, error.get("error_code").getAsString());
      assertStillServed(client);
      Await.until("done was called for both messages", () -> broken.done.get() == 2);
    }
  }
}
