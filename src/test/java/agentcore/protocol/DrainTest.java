package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.Event;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Draining before a restart: no connection is cut, and no new one is accepted. */
class DrainTest {
  /** A request that is always answered; excess pings are silently dropped. */
  private static final String REQUEST = "{\"type\":\"list_rooms\"}";

  private static final Map<String, String> LONG =
      Map.of("DRAIN_TIMEOUT", "60", "RATE_LIMIT_MESSAGES", "0");

  private static Thread drain(TestServer server) {
    return Thread.ofVirtual().name("drainer").start(server.core()::drain);
  }

  /** A server whose store outlives it, like that of several servers. */
  private static TestServer startWithSharedStore() {
    Config config = TestServer.config(LONG);
    MemoryBackend memory = new MemoryBackend(config.backendLimits());
    Backend shared =
        (Backend)
            Proxy.newProxyInstance(
                DrainTest.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (proxy, method, args) ->
                    method.getName().equals("isShared") ? true : method.invoke(memory, args));
    return TestServer.start(LONG, shared);
  }

  /**
   * Starts to drain and returns once the first connection has been closed, so that a later client
   * is not among those to be drained.
   */
  private static Thread drainUntilFirstClose(TestServer server) {
    Thread drainer = drain(server);
    Await.until("the drainer to wait", () -> drainer.getState() == Thread.State.TIMED_WAITING);
    return drainer;
  }

  private static RawClient welcomed(TestServer server, String user) {
    RawClient client = server.connect(user);
    JsonObject unused = client.nextJson("welcome");
    client.send(REQUEST); // answered only once the connection is fully registered
    unused = client.nextJson("rooms_list");
    return client;
  }

  private static String refusal(TestServer server) {
    try (RawClient late = RawClient.open(server.port())) {
      late.sendUpgrade("/ws/late");
      return late.readHead().lines().findFirst().orElse("");
    }
  }

  @Test
  void sharedStoreLetsConnectionsCloseGraduallyAndBeAnsweredUntilTheEnd() {
    try (TestServer server = startWithSharedStore();
        RawClient alice = welcomed(server, "alice");
        RawClient bob = welcomed(server, "bob")) {
      assertEquals("bob", alice.nextJson("user_joined_room").get("username").getAsString());
      Thread drainer = drainUntilFirstClose(server);
      assertTrue(refusal(server).contains(" 503 "), "new clients are refused");
      // One of the two is closed at once; the other may stay for half a minute.
      List<RawClient> closed = new ArrayList<>();
      List<RawClient> staying = new ArrayList<>(List.of(alice, bob));
      Await.until(
          "a close frame for one of them",
          () -> {
            for (RawClient each : List.of(alice, bob)) {
              each.send(REQUEST);
              if (each.nextFrame(Await.DEADLINE).filter(f -> f.opcode() == 8).isPresent()) {
                closed.add(each);
                staying.remove(each);
                return true;
              }
            }
            return false;
          });
      RawClient last = staying.getFirst();
      last.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"hi\"}}");
      assertEquals("hi", last.nextJson("chat_message").get("text").getAsString());
      assertTrue(refusal(server).contains(" 503 "));
      closed.getFirst().close();
      last.closeAbruptly();
      Await.until("the drain to end without connections", () -> !drainer.isAlive());
      assertTrue(refusal(server).contains(" 503 "), "refused until the server is closed");
      server.core().close();
      assertThrows(UncheckedIOException.class, () -> RawClient.open(server.port()).close());
    }
  }

  /** Clients have no other server to go to, and what they send would be lost. */
  @Test
  void memoryLetsAllConnectionsCloseAtOnce() {
    try (TestServer server = TestServer.start(Map.of("DRAIN_TIMEOUT", "3600"));
        RawClient alice = welcomed(server, "alice");
        RawClient bob = welcomed(server, "bob");
        RawClient carol = welcomed(server, "carol")) {
      Thread drainer = drain(server);
      for (RawClient each : List.of(alice, bob, carol)) {
        assertEquals(1012, each.awaitClose().code());
      }
      Await.until("the drain to end", () -> !drainer.isAlive());
    }
  }

  @Test
  void closesAllConnectionsForRestartWithinDrainTimeout() {
    try (TestServer server = TestServer.start(Map.of("DRAIN_TIMEOUT", "1"));
        RawClient alice = welcomed(server, "alice");
        RawClient bob = welcomed(server, "bob");
        RawClient carol = welcomed(server, "carol")) {
      Thread drainer = drain(server);
      for (RawClient each : List.of(alice, bob, carol)) {
        assertEquals(1012, each.awaitClose().code());
      }
      Await.until("the drain to end", () -> !drainer.isAlive());
    }
  }

  @Test
  void answersRequestInProgressBeforeClosing() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    Consumer slow =
        Consumer.of(
            "slow",
            (session, message) -> {
              inside.countDown();
              Await.until("the test to release the handler", () -> answer.getCount() == 0);
              session.reply(message, Event.of("done"));
            });
    Config config = TestServer.config(LONG);
    try (TestServer server =
            TestServer.start(config, new MemoryBackend(config.backendLimits()), slow);
        RawClient alice = server.connect("alice")) {
      alice.send("{\"type\":\"slow\",\"id\":\"1\"}");
      alice.send("{\"type\":\"slow\",\"id\":\"2\"}");
      Await.until("the handler to be called", () -> inside.getCount() == 0);
      Thread drainer = drainUntilFirstClose(server);
      assertTrue(refusal(server).contains(" 503 "), "new clients are refused");
      answer.countDown();
      assertEquals("1", alice.nextJson("done").get("id").getAsString());
      assertEquals(
          1012, alice.expectClose().code(), "the second request is left to the next server");
      Await.until("the drain to end", () -> !drainer.isAlive());
    }
  }

  @Test
  void stopsAtOnceWithoutConnections() {
    try (TestServer server = TestServer.start(LONG)) {
      Thread drainer = drain(server);
      Await.until("the drain to end", () -> !drainer.isAlive());
    }
  }
}
