package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.auth.Identity;
import agentcore.core.backend.Backend;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.group.ConnectionManager;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RawClient;
import agentcore.testkit.RecordingSocket;
import agentcore.testkit.Requests;
import agentcore.testkit.TestServer;
import agentcore.testkit.Together;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Which threads may use a session, and how it treats the events that it is given. */
class ConnectionSessionTest {
  private static final Room ROOM = new Room("r", "id", "alice", true);
  private static final Event PONG = Event.of("pong");
  private static final Event SAID = Event.of("said");
  private static final int OUTBOX_BYTES = 100_000;

  private final AtomicInteger submits = new AtomicInteger();
  private volatile Runnable beforeSecondSubmit = () -> {};
  private final Backend backend =
      HookedBackend.of(new MemoryBackend(Config.defaults().backendLimits()), this::called);
  private final ConnectionManager manager =
      Connections.manager(backend, new ConnectionLimits(9, 9, OUTBOX_BYTES, 10_000_000));
  private final Timers timers = new Timers();
  private final SharedBuckets buckets =
      new SharedBuckets(manager.backend().tokens(), System::nanoTime);
  private final Dispatcher dispatcher =
      new Dispatcher(new Saying(), List.of(), new Serializer(), manager, timers, buckets);
  private final RecordingSocket wire = new RecordingSocket();
  private final ConnectionSession session = open("alice", wire);

  @AfterEach
  void close() {
    timers.close();
  }

  /** Puts every connection into one room and publishes there, with a reply when it is stored. */
  private static final class Saying implements Consumer {
    @Override
    public Map<String, Handler> handlers() {
      return Map.of(
          "say",
          (session, message) ->
              session.publish(
                  message,
                  session.membership("r").orElseThrow(),
                  SAID,
                  Optional.empty(),
                  result -> session.reply(message, Event.of("ack"))));
    }

    @Override
    public void connected(Session session) {
      session.directory().create(ROOM);
      session.enter(ROOM, Event.of("left"), Event.of("joined"), Optional.empty());
    }
  }

  private void called(String method, Object[] arguments) {
    if (method.equals("submit") && submits.incrementAndGet() == 2) {
      beforeSecondSubmit.run();
    }
  }

  private ConnectionSession open(String user, RecordingSocket to) {
    Connection connection = manager.registry().create(user, to);
    return dispatcher.open(connection, new Identity(user, Instant.MAX), Map.of()).orElseThrow();
  }

  private static Message request(String id) {
    return Requests.read("{\"type\":\"say\",\"id\":\"" + id + "\"}");
  }

  private static void onAnotherThread(Runnable task) {
    List<Boolean> unused =
        Together.run(
            1,
            thread -> {
              task.run();
              return true;
            });
  }

  private List<String> types(int count) {
    Await.until(count + " events", () -> wire.texts().size() >= count);
    return wire.texts().stream()
        .map(text -> JsonParser.parseString(text).getAsJsonObject().get("type").getAsString())
        .toList();
  }

  @Test
  void sendFromAnotherThreadDoesNotTouchPendingReplies() {
    beforeSecondSubmit = () -> onAnotherThread(() -> session.send(Event.of("tick")));
    Requests.receive(dispatcher, session, "{\"type\":\"say\",\"id\":\"1\"}");
    Requests.receive(dispatcher, session, "{\"type\":\"say\",\"id\":\"2\"}");
    dispatcher.settle(session);
    List<String> types = types(5);
    assertEquals(List.of("ack", "ack", "said", "said", "tick"), types.stream().sorted().toList());
    List<String> acks = wire.texts().stream().filter(text -> text.contains("ack")).toList();
    assertTrue(acks.get(0).contains("\"id\":\"1\""), acks.toString());
    assertTrue(acks.get(1).contains("\"id\":\"2\""), acks.toString());
    assertEquals(2, session.history(ROOM, Long.MAX_VALUE, 9, 9999).events().size());
  }

  @Test
  void manyThreadsSendWhileRequestsAreHandled() throws InterruptedException {
    int each = 20;
    CountDownLatch began = new CountDownLatch(4);
    List<Thread> senders =
        IntStream.range(0, 4)
            .mapToObj(
                thread ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              began.countDown();
                              for (int i = 0; i < each; i++) {
                                session.send(Event.of("tick").with("thread", thread).with("n", i));
                                session.reply(request(thread + "-" + i), PONG);
                              }
                            }))
            .toList();
    began.await();
    for (int i = 0; i < each; i++) {
      Requests.receive(dispatcher, session, "{\"type\":\"say\",\"id\":\"" + i + "\"}");
    }
    dispatcher.settle(session);
    for (Thread sender : senders) {
      sender.join();
    }
    List<String> types = types(4 * each * 2 + 2 * each);
    assertEquals(4L * each, types.stream().filter("tick"::equals).count());
    assertEquals(4L * each, types.stream().filter("pong"::equals).count());
    assertEquals(each, types.stream().filter("ack"::equals).count());
    assertEquals(each, types.stream().filter("said"::equals).count());
  }

  @Test
  void otherThreadsNeverWaitForSlowClient() {
    wire.block();
    Event large = Event.of("tick").with("text", "x".repeat(OUTBOX_BYTES / 3));
    onAnotherThread(() -> IntStream.range(0, 9).forEach(i -> session.send(large)));
    wire.unblock();
    Await.until("the close", () -> wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
  }

  @Test
  void everyThreadMayPublish() {
    Membership membership = session.membership("r").orElseThrow();
    List<PublishResult> results =
        Together.run(4, thread -> session.publish(membership, SAID, Optional.empty()));
    assertEquals(
        List.of(1L, 2L, 3L, 4L),
        results.stream().map(result -> result.position().seq()).sorted().toList());
    assertEquals(4, types(4).size());
  }

  @Test
  void refusesReaderMethodsOnOtherThreads() {
    Membership membership = session.membership("r").orElseThrow();
    List<Executable> readerOnly =
        List.of(
            () -> session.enter(ROOM, SAID, SAID, Optional.empty()),
            () -> session.leave(membership, SAID),
            () -> session.position(membership),
            () -> session.replay(membership, Position.UNKNOWN),
            () -> session.publish(request("1"), membership, SAID, Optional.empty(), result -> {}));
    for (Executable call : readerOnly) {
      onAnotherThread(() -> assertThrows(IllegalStateException.class, call));
    }
    assertEquals(Optional.of(membership), session.membership("r"));
    assertEquals(List.of(1), backend.presence().counts(List.of(GroupId.room(ROOM))));
  }

  @Test
  void replyDoesNotChangeItsEvent() {
    session.reply(request("secret of alice"), PONG);
    assertEquals("{\"type\":\"pong\"}", new Serializer().write(PONG));
    Session bob = open("bob", new RecordingSocket());
    bob.reply(Requests.read("{\"type\":\"say\"}"), PONG);
    assertEquals("{\"type\":\"pong\"}", new Serializer().write(PONG));
  }

  @Test
  void constantEventCarriesNoIdFromOneClientToAnother() {
    Consumer consumer = Consumer.of("echo", (caller, message) -> caller.reply(message, PONG));
    try (TestServer server = TestServer.start(Map.of(), consumer);
        RawClient alice = server.connect("alice");
        RawClient bob = server.connect("bob")) {
      alice.send("{\"type\":\"echo\",\"id\":\"secret-of-alice\"}");
      assertEquals("secret-of-alice", alice.nextJson("pong").get("id").getAsString());
      for (int i = 0; i < 9; i++) {
        bob.send("{\"type\":\"echo\"}");
        assertEquals(List.of("type", "timestamp"), List.copyOf(bob.nextJson("pong").keySet()));
      }
    }
  }
}
