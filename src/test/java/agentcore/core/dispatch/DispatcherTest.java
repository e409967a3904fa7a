package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.auth.Identity;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.core.group.ConnectionManager;
import agentcore.core.group.GroupInternals;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.middleware.Client;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingSocket;
import agentcore.testkit.Requests;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private static final Message REQUEST = Requests.read("{\"type\":\"say\"}");
  private static final Room ROOM = new Room("r", "id", "alice", true);

  private final ConnectionManager manager = Connections.manager(Connections.LIMITS);
  private final Timers timers = new Timers();
  private final SharedBuckets buckets =
      new SharedBuckets(manager.backend().tokens(), System::nanoTime);
  private final Dispatcher dispatcher =
      new Dispatcher(new Twice(), List.of(), new Serializer(), manager, timers, buckets);
  private final RecordingSocket wire = new RecordingSocket();
  private final ConnectionSession session = open("alice", wire);

  @AfterEach
  void close() {
    timers.close();
  }

  /**
   * Puts every connection into one room, and publishes a second event as the reply to the first.
   */
  private static final class Twice implements Consumer {
    @Override
    public Map<String, Handler> handlers() {
      return Map.of("say", Twice::say);
    }

    @Override
    public void connected(Session session) {
      session.directory().create(ROOM);
      session.enter(ROOM, Event.of("left"), Event.of("joined"), Optional.empty());
    }

    /** Throws after it has published, which is delivered and replied to nevertheless. */
    @Override
    public void disconnected(Session session) {
      publish(session, REQUEST, "third", () -> publish(session, REQUEST, "fourth", () -> {}));
      throw new IllegalStateException("defect in disconnected");
    }

    private static void say(Session session, Message request) {
      publish(session, request, "first", () -> publish(session, request, "second", () -> {}));
    }

    private static void publish(Session session, Message request, String type, Runnable next) {
      session.publish(
          request,
          session.membership("r").orElseThrow(),
          Event.of(type),
          Optional.empty(),
          result -> next.run());
    }
  }

  private ConnectionSession open(String user, RecordingSocket to) {
    Connection connection = manager.registry().create(user, to);
    return dispatcher.open(connection, new Identity(user, Instant.MAX), Map.of()).orElseThrow();
  }

  private static List<String> types(RecordingSocket of) {
    return of.texts().stream()
        .map(text -> JsonParser.parseString(text).getAsJsonObject().get("type").getAsString())
        .toList();
  }

  @Test
  void settlesEventsThatRepliesPublish() {
    Requests.receive(dispatcher, session, "{\"type\":\"say\"}");
    dispatcher.settle(session);
    Await.until("both", () -> wire.texts().size() == 2);
    assertEquals(List.of("first", "second"), types(wire));
    assertEquals(0, session.pending.size());
  }

  /** A slow sender delays no member: its events are delivered before its first reply waits. */
  @Test
  void membersReceiveAllEventsBeforeTheFirstReply() {
    Room other = new Room("s", "id-s", "alice", true);
    session.directory().create(other);
    session.enter(other, Event.of("left"), Event.of("joined"), Optional.empty());
    dispatcher.settle(session);
    AtomicInteger deliveredAtFirstReply = new AtomicInteger();
    Twice.publish(
        session,
        REQUEST,
        "first",
        () -> {
          Await.until("both", () -> wire.texts().size() == 2);
          deliveredAtFirstReply.set(wire.texts().size());
        });
    session.publish(
        REQUEST,
        session.membership("s").orElseThrow(),
        Event.of("second"),
        Optional.empty(),
        result -> {});
    dispatcher.settle(session);
    assertEquals(2, deliveredAtFirstReply.get());
  }

  @Test
  void failedPublishFailsOnlyItsOwnReply() {
    PendingReply failed =
        new PendingReply(
            REQUEST,
            () -> {
              throw new StackOverflowError();
            },
            result -> {});
    failed.awaitResult();
    assertThrows(StackOverflowError.class, failed::send);
  }

  @Test
  void closeDeliversEarlierEventsBeforeTheDeparture() {
    RecordingSocket bobs = new RecordingSocket();
    ConnectionSession bob = open("bob", bobs);
    Requests.receive(dispatcher, session, "{\"type\":\"say\"}");
    dispatcher.close(session);
    Await.until("five", () -> bobs.texts().size() == 5);
    assertEquals(List.of("first", "second", "third", "fourth", "left"), types(bobs));
    assertEquals(List.of("r"), bob.rooms());
  }

  @Test
  void closeRunsEveryStepEvenIfAllOfThemThrow() {
    List<String> ran = new CopyOnWriteArrayList<>();
    Consumer failing =
        new Consumer() {
          @Override
          public Map<String, Handler> handlers() {
            return Map.of("say", Twice::say);
          }

          @Override
          public void connected(Session opened) {
            opened.enter(ROOM, Event.of("left"), Event.of("joined"), Optional.empty());
          }

          @Override
          public void disconnected(Session ended) {
            ran.add("disconnected");
            throw new StackOverflowError("defect in disconnected");
          }
        };
    Middleware broken =
        new Middleware() {
          @Override
          public Verdict check(Client client, Message message) {
            return Verdict.PASS;
          }

          @Override
          public void disconnected(Client client) {
            ran.add("middleware");
            throw new StackOverflowError("defect in a middleware");
          }
        };
    Dispatcher ending =
        new Dispatcher(
            failing, List.of(broken, broken), new Serializer(), manager, timers, buckets);
    Connection bob = manager.registry().create("bob", new RecordingSocket());
    ConnectionSession bobs =
        ending.open(bob, new Identity("bob", Instant.MAX), Map.of()).orElseThrow();
    session.publish( // fails when its reply is sent at the end
        REQUEST,
        session.membership("r").orElseThrow(),
        Event.of("first"),
        Optional.empty(),
        result -> {
          throw new StackOverflowError("defect in a reply");
        });
    ending.close(bobs);
    assertEquals(List.of("disconnected", "middleware", "middleware"), ran);
    assertEquals(List.of(), bobs.rooms());
    assertFalse(manager.registry().all().contains(bob));
    dispatcher.close(session);
    assertEquals(0, GroupInternals.size(manager));
  }
}
