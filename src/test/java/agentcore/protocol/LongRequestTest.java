package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.Event;
import agentcore.testkit.Await;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.TestServer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Requests that take longer than the heartbeat timeout, during which the server does not read
 * pongs.
 */
class LongRequestTest {
  private static final Map<String, String> SETTINGS =
      Map.of("WS_HEARTBEAT_INTERVAL", "0.25", "WS_HEARTBEAT_TIMEOUT", "0.5");

  /** Enough pings to take several times the timeout. */
  private static final int PINGS = 8;

  private final CountDownLatch release = new CountDownLatch(1);

  private void awaitRelease() {
    try {
      assertTrue(release.await(Await.DEADLINE.multipliedBy(6).toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private TestServer slowHandler() {
    Consumer consumer =
        Consumer.of(
            "slow",
            (session, message) -> {
              awaitRelease();
              session.reply(message, Event.of("done"));
            });
    return TestServer.start(SETTINGS, consumer);
  }

  /** Reads until enough pings have arrived. */
  private static void awaitPings(RawClient client) {
    for (int pings = 0; pings < PINGS; ) {
      RawFrame frame = client.nextFrame(Await.DEADLINE.multipliedBy(3)).orElseThrow();
      assertTrue(frame.opcode() != RawFrame.CLOSE, frame.toString());
      pings += frame.opcode() == RawFrame.PING ? 1 : 0;
    }
  }

  @Test
  void longRequestKeepsLiveClientConnected() {
    try (TestServer server = slowHandler();
        RawClient alice = server.connect("alice")) {
      alice.send("{\"type\":\"slow\",\"id\":\"1\"}");
      awaitPings(alice);
      release.countDown();
      assertEquals("1", alice.nextJson("done").get("id").getAsString());
      alice.expectSilence();
    }
  }

  /** As a consumer does that sends the parts of an answer as it computes them. */
  @Test
  void eventsOfAHandlerThatWaitsAreSentBeforeItReturns() {
    CountDownLatch isReceived = new CountDownLatch(1);
    Consumer consumer =
        Consumer.of(
            "ask",
            (session, message) -> {
              session.send(Event.of("part").with("text", "one"));
              awaitRelease();
              session.send(Event.of("part").with("text", "two"));
              await(isReceived);
            });
    try (TestServer server = TestServer.start(Map.of(), consumer);
        RawClient alice = server.connect("alice")) {
      alice.send("{\"type\":\"ask\"}");
      assertEquals("one", alice.nextJson("part").get("text").getAsString());
      release.countDown();
      assertEquals("two", alice.nextJson("part").get("text").getAsString());
      isReceived.countDown();
    }
  }

  /** The second request arrives while the first one, which is slow, is being handled. */
  @Test
  void eventsOfTheNextHandlerAreSentBeforeItReturnsToo() {
    CountDownLatch isHandled = new CountDownLatch(1);
    CountDownLatch isSent = new CountDownLatch(1);
    Consumer consumer =
        Consumer.of(
            "ask",
            (session, message) -> {
              if (isHandled.getCount() > 0) {
                isHandled.countDown();
                await(isSent);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200)); // until it has arrived
              } else {
                session.send(Event.of("part"));
                awaitRelease();
              }
            });
    try (TestServer server = TestServer.start(Map.of(), consumer);
        RawClient alice = server.connect("alice")) {
      alice.send("{\"type\":\"ask\"}");
      await(isHandled);
      alice.send("{\"type\":\"ask\"}");
      isSent.countDown();
      alice.nextJson("part");
      release.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closesDeadClientAfterLongRequest() {
    try (TestServer server = slowHandler();
        RawClient alice = server.connect("alice").answerPings(false)) {
      alice.send("{\"type\":\"slow\"}");
      awaitPings(alice);
      release.countDown();
      assertEquals(4410, alice.awaitClose().code());
    }
  }

  @Test
  void stalledStoreKeepsLiveClientConnected() {
    MemoryBackend memory = new MemoryBackend(TestServer.config(SETTINGS).backendLimits());
    try (TestServer server =
            TestServer.start(
                SETTINGS,
                HookedBackend.of(
                    memory,
                    (method, arguments) -> {
                      if (method.equals("history")) {
                        awaitRelease();
                      }
                    }));
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      alice.send("{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\"}}");
      awaitPings(alice);
      release.countDown();
      alice.nextJson("message_history");
      alice.expectSilence();
    }
  }
}
