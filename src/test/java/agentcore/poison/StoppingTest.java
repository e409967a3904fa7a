package agentcore.poison;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.TestServer;
import agentcore.testkit.Together;
import agentcore.testkit.process.ThreadNames;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that stops while its clients are in various states. */
class StoppingTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "MAX_CONNECTIONS_PER_CLIENT",
          "1000",
          "DRAIN_TIMEOUT",
          "1",
          "RATE_LIMIT_MESSAGES",
          "0",
          "HANDSHAKE_TIMEOUT",
          "60");

  private final Set<String> threadsBefore = ThreadNames.ofServers();

  private static RawClient welcomed(TestServer server, String user) {
    RawClient client = server.connect(user);
    client.nextJson("welcome");
    return client;
  }

  @AfterEach
  void noThreadIsLeft() {
    Await.until("no thread is left: " + threadsLeft(), () -> threadsLeft().isEmpty());
  }

  private Set<String> threadsLeft() {
    Set<String> left = new TreeSet<>(ThreadNames.ofServers());
    left.removeAll(threadsBefore);
    return left;
  }

  /** Stops the server on another thread, which it returns. */
  private static Thread stop(TestServer server) {
    return Thread.ofVirtual().name("stopper").start(server::close);
  }

  private static void awaitStopped(Thread stopper) {
    Await.until("the server has stopped", () -> !stopper.isAlive());
  }

  @Test
  void readingClientsReceiveTheCloseCodeAndTheStopIsQuick() {
    TestServer server = TestServer.start(SETTINGS);
    try (RawClient idle = welcomed(server, "idle");
        RawClient half = welcomed(server, "half");
        RawClient message = welcomed(server, "message")) {
      byte[] frame = RawFrame.text("{\"type\":\"ping\"}").encode();
      half.sendBytes(Arrays.copyOf(frame, 9));
      message.send(RawFrame.of(RawFrame.TEXT, "{".getBytes(UTF_8)).withFin(false));
      message.expectSilence();
      Thread stopper = stop(server);
      for (RawClient client : new RawClient[] {idle, half, message}) {
        assertEquals(1001, client.awaitClose().code());
      }
      awaitStopped(stopper);
    }
  }

  @Test
  void clientThatDoesNotReadIsCutInTime() {
    TestServer server = TestServer.start(SETTINGS);
    try (RawClient deaf = welcomed(server, "deaf");
        RawClient stuck = welcomed(server, "stuck");
        RawClient talker = welcomed(server, "talker")) {
      String text = "x".repeat(1000);
      for (int i = 0; i < 3000; i++) {
        talker.send(
            "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"" + text + "\"}}");
        talker.nextJson("chat_message");
      }
      awaitStopped(stop(server));
      for (RawClient silent : new RawClient[] {deaf, stuck}) {
        int code = silent.awaitClose().code();
        assertTrue(code == 1001 || code == 1006, "" + code);
      }
    }
  }

  @Test
  void incompleteRequestsAreCutAtOnce() {
    TestServer server = TestServer.start(SETTINGS);
    try (RawClient silent = RawClient.open(server.port());
        RawClient begun = RawClient.open(server.port())) {
      begun.sendBytes("GET /ws/alice HTTP/1.1\r\nHost:".getBytes(UTF_8));
      try (RawClient after = welcomed(server, "after")) {
        after.expectSilence();
      }
      awaitStopped(stop(server));
      assertEquals("", silent.readToEnd());
      assertEquals("", begun.readToEnd());
    }
  }

  @Test
  void clientThatConnectsDuringTheStopIsRefusedOrClosed() {
    for (int round = 0; round < 5; round++) {
      TestServer server = TestServer.start(SETTINGS);
      int port = server.port();
      Together.run(
          9,
          thread -> {
            if (thread == 0) {
              server.close();
              return 0;
            }
            for (int i = 0; i < 20; i++) {
              try (RawClient client = RawClient.connect(port, "/ws/u" + thread)) {
                int code = client.awaitClose().code();
                assertTrue(code == 1001 || code == 1006, "" + code);
              } catch (UncheckedIOException | AssertionError refused) {
                assertFalse(String.valueOf(refused.getMessage()).contains("in time"));
              }
            }
            return 0;
          });
      assertThrows(UncheckedIOException.class, () -> RawClient.open(port).close());
    }
  }

  @Test
  void blockingHandlerDelaysTheStopOnlyForTheDrainTimeout() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    Config config = TestServer.config(SETTINGS);
    Consumer blocking =
        Consumer.of(
            "block",
            (session, message) -> {
              inside.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    TestServer server =
        TestServer.start(config, new MemoryBackend(config.backendLimits()), blocking);
    try (RawClient client = server.connect("blocked")) {
      client.send("{\"type\":\"block\"}");
      Await.until("the handler is called", () -> inside.getCount() == 0);
      awaitStopped(stop(server));
    } finally {
      never.countDown();
    }
  }

  @Test
  void stoppingTwiceAtOnceIsHarmless() {
    TestServer server = TestServer.start(SETTINGS);
    try (RawClient alice = welcomed(server, "alice")) {
      Thread one = stop(server);
      Thread two = stop(server);
      assertEquals(1001, alice.awaitClose().code());
      awaitStopped(one);
      awaitStopped(two);
    }
    server.close();
  }
}
