package agentcore.core.consumer;

import static java.util.stream.Collectors.toUnmodifiableMap;

import agentcore.core.backend.BackendException;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.connection.RoomRefresher;
import agentcore.core.connection.Safely;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import agentcore.core.metrics.Counter;
import agentcore.core.metrics.LimitedLog;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.Verdict;
import agentcore.core.serializer.Serializer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The way of a message: text, message, middleware, handler; and the one place where what went wrong
 * on it becomes an answer.
 */
public final class Dispatcher {
  private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
  private static final LimitedLog DEFECTS = new LimitedLog(LOG, "messages that failed");
  private static final String UNKNOWN_TYPE = "unknown";
  private static final String STORE_AWAY = "The message store is not reachable, try again";

  private final Consumer consumer;
  private final Map<String, Handler> handlers;
  private final Pipeline pipeline;
  private final Serializer serializer;
  private final ConnectionManager manager;
  private final Metrics metrics;
  private final Map<String, Counter> received;
  private final Counter receivedUnknown;
  private final Timers timers;

  /**
   * One object for all connections: by it a group knows which of its members are of this endpoint.
   */
  private final RoomRefresher refresher;

  /** Makes a dispatcher for one consumer. */
  public Dispatcher(
      Consumer consumer,
      Pipeline pipeline,
      Serializer serializer,
      ConnectionManager manager,
      Timers timers) {
    this.consumer = consumer;
    this.handlers = Map.copyOf(consumer.handlers());
    this.pipeline = pipeline;
    this.serializer = serializer;
    this.manager = manager;
    this.metrics = manager.metrics();
    this.timers = timers;
    this.refresher = consumer::afterLoss;
    this.received =
        handlers.keySet().stream().collect(toUnmodifiableMap(type -> type, metrics.messages::of));
    this.receivedUnknown = metrics.messages.of(UNKNOWN_TYPE);
    Stream.of(ErrorCode.values()).map(Enum::name).forEach(metrics.errors::of);
  }

  /**
   * Begins a session: admits the connection and has it greeted. Blocks.
   *
   * @param parameters of the request that the connection began with
   * @return empty where the connection was not admitted; it is closing then
   */
  public Optional<Session> open(Connection connection, Map<String, String> parameters) {
    connection.hold();
    connection.refresher(refresher);
    Optional<CloseCode> refusal = admit(connection);
    if (refusal.isPresent()) {
      connection.close(refusal.get());
      return Optional.empty();
    }
    boolean opened = false;
    try {
      Session session = new Session(connection, parameters, manager, serializer, timers, this);
      greet(session);
      opened = true;
      return Optional.of(session);
    } finally {
      if (!opened) { // without a session nobody calls close
        manager.disconnect(connection);
      }
    }
  }

  private void greet(Session session) {
    Connection connection = session.connection();
    try {
      consumer.connected(session);
    } catch (BackendException unreachable) {
      connection.close(CloseCode.TRY_AGAIN_LATER);
    } catch (Throwable defect) {
      Safely.report("a greeting connection=" + connection, defect);
      connection.close(CloseCode.INTERNAL_ERROR);
    } finally {
      connection.done();
    }
  }

  private Optional<CloseCode> admit(Connection connection) {
    try {
      return manager.connect(connection);
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, "an admission failed connection=" + connection, defect);
      return Optional.of(CloseCode.INTERNAL_ERROR);
    }
  }

  /**
   * Handles one text frame; never throws, whatever a handler does. It may be answered later, but no
   * later than {@link #settle}.
   */
  public void receive(Session session, String text) {
    long startedNanos = System.nanoTime();
    if (!session.connection().begin()) {
      settle(session);
      return; // not answered, so the client asks the next server again
    }
    Message message = serializer.read(text);
    count(message);
    if (!session.pending().mayBegin(message.type())) {
      answerAll(session);
    }
    int unanswered = session.pending().size();
    Outcome outcome = attempt(session, message, () -> handle(session, message));
    if (session.pending().size() <= unanswered) {
      pipeline.done(session.connection(), message, outcome, System.nanoTime() - startedNanos);
    }
    if (session.pending().size() == 0) {
      session.connection().done();
    }
  }

  /** Answers what was received and not answered yet; blocks until the store has told of it. */
  public void settle(Session session) {
    answerAll(session);
    session.connection().done();
  }

  /** Answers them in their order, which whatever else is sent has to wait for. */
  void answerAll(Session session) {
    while (session.pending().size() > 0) { // an answer may publish, too
      List<Unanswered> all = session.pending().take().stream().map(Unanswered::received).toList();
      all.forEach(each -> answer(session, each));
    }
  }

  private void answer(Session session, Unanswered published) {
    Outcome outcome =
        attempt(
            session,
            published.request(),
            () -> {
              published.answer().answer(published.receipt().get());
              return Outcome.HANDLED;
            });
    long nanos = System.nanoTime() - published.startedNanos();
    pipeline.done(session.connection(), published.request(), outcome, nanos);
  }

  /** Turns whatever goes wrong into an answer. */
  private Outcome attempt(Session session, Message message, Supplier<Outcome> work) {
    try {
      return work.get();
    } catch (ClientException refusal) {
      return fail(session, message, refusal);
    } catch (BackendException unreachable) {
      LOG.log(Level.DEBUG, "the store did not answer: {0}", unreachable.getMessage());
      return fail(session, message, ErrorCode.BACKEND_UNAVAILABLE, STORE_AWAY);
    } catch (Throwable defect) {
      DEFECTS.error("a message failed " + idsOf(session.connection(), message), defect);
      return fail(session, message, ErrorCode.INTERNAL_ERROR, "Internal error");
    }
  }

  /** A type that nobody handles is the client's word, and no label. */
  private void count(Message message) {
    received.getOrDefault(message.type(), receivedUnknown).increment();
  }

  /** Names in a log what a message can be followed by. */
  private static String idsOf(Connection connection, Message message) {
    return "connection=" + connection + " request=" + Names.printable(message.id().orElse(""));
  }

  private Outcome handle(Session session, Message message) {
    return switch (pipeline.check(session.connection(), message)) {
      case Verdict.Pass pass -> {
        handlerOf(message).handle(session, message);
        yield Outcome.HANDLED;
      }
      case Verdict.Drop drop -> Outcome.DROPPED;
      case Verdict.Refuse refuse -> throw refuse.reason();
      case Verdict.Close close -> {
        Outcome outcome = fail(session, message, close.reason());
        session.close(close.code());
        yield outcome;
      }
    };
  }

  private Handler handlerOf(Message message) {
    Handler handler = handlers.get(message.type());
    if (handler == null) {
      throw new ClientException(
          ErrorCode.UNKNOWN_MESSAGE_TYPE, "Unknown message type: " + message.type());
    }
    return handler;
  }

  private Outcome fail(Session session, Message message, ErrorCode code, String sentence) {
    return fail(session, message, new ClientException(code, sentence));
  }

  private Outcome fail(Session session, Message message, ClientException refusal) {
    metrics.errors.of(refusal.code().name()).increment();
    Event error =
        Event.of("error")
            .with("message", refusal.sentence())
            .with("message_type", message.type())
            .with("error_code", refusal.code().name())
            .with("retryable", refusal.code().retryable());
    Optional<Event> timed =
        refusal.retryAfter().map(wait -> error.withSeconds("retry_after", millisUp(wait)));
    session.reply(message, timed.orElse(error));
    return Outcome.failed(refusal.code());
  }

  private static long millisUp(Duration wait) {
    return wait.plusNanos(999_999).toMillis();
  }

  /**
   * Ends a session: its consumer hears of it, and it leaves its rooms. Blocks; idempotent. Every
   * step runs, whatever the others throw; never throws.
   */
  public void close(Session session) {
    String ids = " connection=" + session.connection();
    Safely.run("answering at the end" + ids, () -> answerAll(session));
    Safely.run("the consumer's farewell" + ids, () -> consumer.disconnected(session));
    Safely.run("answering what was published at the end" + ids, () -> answerAll(session));
    Safely.run("disconnecting" + ids, () -> manager.disconnect(session.connection()));
    pipeline.left(session.connection());
  }
}
