package agentcore.core.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Pipeline;
import agentcore.core.middleware.Verdict;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingWire;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private static final Message REQUEST = new Serializer().read("{\"type\":\"say\"}");
  private static final Room ROOM = new Room("r", "id", "alice", true);

  private final ConnectionManager manager = Connections.manager(Connections.LIMITS);
  private final Timers timers = new Timers();
  private final Dispatcher dispatcher =
      new Dispatcher(new Twice(), new Pipeline(List.of()), new Serializer(), manager, timers);
  private final RecordingWire wire = new RecordingWire();
  private final Session session = open("alice", wire);

  @AfterEach
  void close() {
    timers.close();
  }

  /** Puts everyone into one room, and publishes a second event when the first is in the log. */
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

    /** Fails after it has said something, which is told and answered all the same. */
    @Override
    public void disconnected(Session session) {
      publish(session, REQUEST, "third", () -> publish(session, REQUEST, "fourth", () -> {}));
      throw new IllegalStateException("defect in a farewell");
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
          receipt -> next.run());
    }
  }

  private Session open(String user, RecordingWire to) {
    Connection connection = manager.newConnection(user, to);
    return dispatcher.open(connection, Map.of()).orElseThrow();
  }

  private static List<String> types(RecordingWire of) {
    return of.texts().stream()
        .map(text -> JsonParser.parseString(text).getAsJsonObject().get("type").getAsString())
        .toList();
  }

  @Test
  void whatAnAnswerPublishesIsToldWithoutAnotherRequest() {
    dispatcher.receive(session, "{\"type\":\"say\"}");
    dispatcher.settle(session);
    Await.until("both", () -> wire.texts().size() == 2);
    assertEquals(List.of("first", "second"), types(wire));
    assertEquals(0, session.pending().size());
  }

  /** A slow asker holds up nobody: what it said is told before its first answer waits. */
  @Test
  void allIsToldBeforeTheFirstIsAnswered() {
    Room other = new Room("s", "id-s", "alice", true);
    session.directory().create(other);
    session.enter(other, Event.of("left"), Event.of("joined"), Optional.empty());
    dispatcher.settle(session);
    AtomicInteger toldAtFirstAnswer = new AtomicInteger();
    Twice.publish(
        session,
        REQUEST,
        "first",
        () -> {
          Await.until("both", () -> wire.texts().size() == 2);
          toldAtFirstAnswer.set(wire.texts().size());
        });
    session.publish(
        REQUEST,
        session.membership("s").orElseThrow(),
        Event.of("second"),
        Optional.empty(),
        receipt -> {});
    dispatcher.settle(session);
    assertEquals(2, toldAtFirstAnswer.get());
  }

  @Test
  void aReceiptThatFailsWithAnErrorFailsItsOwnAnswerAlone() {
    Unanswered failed =
        new Unanswered(
            REQUEST,
            0,
            () -> {
              throw new StackOverflowError();
            },
            receipt -> {});
    Unanswered received = failed.received();
    assertThrows(StackOverflowError.class, () -> received.receipt().get());
  }

  @Test
  void whatWasSaidBeforeAnEndIsToldBeforeIt() {
    RecordingWire bobs = new RecordingWire();
    Session bob = open("bob", bobs);
    dispatcher.receive(session, "{\"type\":\"say\"}");
    dispatcher.close(session);
    Await.until("five", () -> bobs.texts().size() == 5);
    assertEquals(List.of("first", "second", "third", "fourth", "left"), types(bobs));
    assertEquals(List.of("r"), bob.rooms());
  }

  @Test
  void whateverTheStepsOfAnEndThrowAllOfThemRun() {
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
            ran.add("farewell");
            throw new StackOverflowError("defect in a farewell");
          }
        };
    Middleware broken =
        new Middleware() {
          @Override
          public Verdict check(Connection connection, Message message) {
            return Verdict.Pass.PASS;
          }

          @Override
          public void left(Connection connection) {
            ran.add("middleware");
            throw new StackOverflowError("defect in a middleware");
          }
        };
    Dispatcher ending =
        new Dispatcher(
            failing, new Pipeline(List.of(broken, broken)), new Serializer(), manager, timers);
    Connection bob = manager.newConnection("bob", new RecordingWire());
    Session bobs = ending.open(bob, Map.of()).orElseThrow();
    session.publish( // fails when it is answered at the end
        REQUEST,
        session.membership("r").orElseThrow(),
        Event.of("first"),
        Optional.empty(),
        receipt -> {
          throw new StackOverflowError("defect in an answer");
        });
    ending.close(bobs);
    assertEquals(List.of("farewell", "middleware", "middleware"), ran);
    assertEquals(Map.of(), bob.memberships());
    assertEquals(Optional.empty(), manager.registry().find(bob.channel()));
    dispatcher.close(session);
    assertEquals(0, manager.openGroups());
  }
}
