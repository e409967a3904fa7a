package agentcore.core.dispatch;

import static java.util.stream.Collectors.toUnmodifiableMap;

import agentcore.core.auth.Identity;
import agentcore.core.backend.BackendException;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.group.ConnectionManager;
import agentcore.core.group.Memberships;
import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import agentcore.core.metrics.LimitedLog;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import agentcore.core.serializer.Serializer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Handles the messages of one endpoint: text, message, middleware, handler, reply. The only place
 * where what they throw is caught and becomes an error event.
 *
 * <p>Threads: each method is called by the reader thread of the connection that it is about.
 */
public final class Dispatcher {
  private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
  private static final LimitedLog FAILURES = new LimitedLog(LOG, "messages that failed");

  private final Consumer consumer;
  private final Map<String, Handler> handlers;
  private final Pipeline pipeline;
  private final Serializer serializer;
  private final ConnectionManager manager;
  final Timers timers;
  final SharedBuckets buckets;
  private final Metrics metrics;
  private final Map<String, LongAdder> received;
  private final LongAdder receivedUnknown;

  /** Creates the dispatcher of a consumer. */
  public Dispatcher(
      Consumer consumer,
      List<Middleware> middleware,
      Serializer serializer,
      ConnectionManager manager,
      Timers timers,
      SharedBuckets buckets) {
    this.consumer = consumer;
    this.handlers = Map.copyOf(consumer.handlers());
    this.pipeline = new Pipeline(middleware);
    this.serializer = serializer;
    this.manager = manager;
    this.timers = timers;
    this.buckets = buckets;
    this.metrics = manager.metrics();
    this.received =
        handlers.keySet().stream().collect(toUnmodifiableMap(type -> type, metrics.messages::of));
    this.receivedUnknown = metrics.messages.of("unknown");
    ErrorCode.library().forEach(code -> metrics.errors.of(code.name()));
    consumer.errorCodes().forEach(code -> metrics.errors.of(code.name()));
    consumer.closeCodes().forEach(code -> metrics.closes.of(String.valueOf(code.number())));
  }

  /**
   * Admits a connection and calls the consumer's {@code connected}. May block.
   *
   * @param identity what the client's token proved
   * @param parameters the parameters of the upgrade request
   * @return empty if the connection was refused; it is closing then
   */
  public Optional<ConnectionSession> open(
      Connection connection, Identity identity, Map<String, String> parameters) {
    connection.hold();
    Memberships memberships = manager.memberships(connection, consumer);
    Optional<CloseCode> refusal = admit(memberships);
    if (refusal.isPresent()) {
      connection.close(refusal.get());
      return Optional.empty();
    }
    try {
      ConnectionSession session =
          new ConnectionSession(memberships, identity, parameters, manager, serializer, this);
      connected(session);
      return Optional.of(session);
    } catch (Throwable defect) { // without a session the caller cannot call close
      manager.disconnect(memberships);
      throw defect;
    }
  }

  private Optional<CloseCode> admit(Memberships memberships) {
    try {
      return manager.connect(memberships);
    } catch (Throwable defect) {
      FAILURES.error("an admission failed connection=" + memberships.connection(), defect);
      return Optional.of(CloseCode.INTERNAL_ERROR);
    }
  }

  private void connected(ConnectionSession session) {
    Connection connection = session.connection;
    try {
      consumer.connected(session);
    } catch (BackendException unreachable) {
      connection.close(CloseCode.TRY_AGAIN_LATER);
    } catch (Throwable defect) {
      FAILURES.error("Consumer.connected failed connection=" + connection, defect);
      connection.close(CloseCode.INTERNAL_ERROR);
    } finally {
      connection.done();
    }
  }

  /**
   * Handles the text of one message. Its reply may be sent later, at the latest by {@link #settle}.
   * Never throws what a handler throws.
   *
   * @return false, with nothing done, if the bytes are not UTF-8
   */
  public boolean receive(ConnectionSession session, byte[] utf8, int from, int to) {
    Optional<Message> message = serializer.read(utf8, from, to);
    if (message.isEmpty()) {
      return false;
    }
    receive(session, message.get());
    return true;
  }

  private void receive(ConnectionSession session, Message message) {
    long startedNanos = System.nanoTime();
    if (!session.connection.begin()) {
      settle(session);
      return; // without a reply: the client sends the request to its next server
    }
    received.getOrDefault(message.type(), receivedUnknown).increment();
    if (!session.pending.mayBegin(message.type())) {
      replyToAll(session);
    }
    int pending = session.pending.size();
    Verdict verdict;
    try {
      verdict = handle(session, message);
    } catch (Throwable failure) {
      verdict = failed(session, message, failure);
    }
    if (session.pending.size() <= pending) {
      pipeline.done(session, message, verdict, System.nanoTime() - startedNanos);
    }
    if (session.pending.size() == 0) {
      session.connection.done();
    }
  }

  private Verdict handle(ConnectionSession session, Message message) {
    Verdict verdict = pipeline.check(session, message);
    switch (verdict) {
      case Verdict.Pass pass -> handler(message.type()).handle(session, message);
      case Verdict.Drop drop -> {}
      case Verdict.Refuse refuse -> sendError(session, message, refuse.reason());
      case Verdict.Close close -> {
        sendError(session, message, close.reason());
        session.close(close.code());
      }
    }
    return verdict;
  }

  private Handler handler(String type) {
    Handler handler = handlers.get(type);
    if (handler == null) {
      throw new ClientException(ErrorCode.UNKNOWN_MESSAGE_TYPE, "Unknown message type: " + type);
    }
    return handler;
  }

  /** Sends the pending replies. Waits until the events of their requests have been stored. */
  public void settle(ConnectionSession session) {
    replyToAll(session);
    session.connection.done();
  }

  /** Sends the pending replies in the order of their requests. */
  void replyToAll(ConnectionSession session) {
    while (session.pending.size() > 0) { // a reply may publish, too
      // Members receive all events before this client delays the first reply.
      for (PendingReply each : session.pending.awaitAll()) {
        reply(session, each);
      }
    }
  }

  private void reply(ConnectionSession session, PendingReply pending) {
    Verdict verdict = Verdict.PASS;
    try {
      pending.send();
    } catch (Throwable failure) {
      verdict = failed(session, pending.request, failure);
    }
    pipeline.done(session, pending.request, verdict, pending.nanos());
  }

  /** Answers a request whose handler, middleware or reply threw something. */
  private Verdict failed(ConnectionSession session, Message message, Throwable failure) {
    ClientException reason =
        switch (failure) {
          case ClientException refusal -> refusal;
          case BackendException away -> {
            LOG.log(
                Level.DEBUG,
                "a request failed for want of the store or of memory: {0}",
                away.getMessage());
            yield new ClientException(
                ErrorCode.BACKEND_UNAVAILABLE, "The message store is not reachable, try again");
          }
          default -> {
            String request = Names.printable(message.id().orElse(""));
            String ids = "connection=" + session.connection + " request=" + request;
            FAILURES.error("a message failed " + ids, failure);
            yield new ClientException(ErrorCode.INTERNAL_ERROR, "Internal error");
          }
        };
    sendError(session, message, reason);
    return new Verdict.Refuse(reason);
  }

  private void sendError(ConnectionSession session, Message message, ClientException reason) {
    if (!session.connection.isOpen()) {
      return; // nobody reads the reply, and the store may not be at fault
    }
    metrics.errors.ofKnown(reason.code().name()).increment();
    Event error =
        Event.of("error")
            .with("message", reason.sentence())
            .with("message_type", message.type())
            .with("error_code", reason.code().name())
            .with("retryable", reason.code().retryable());
    session.reply(
        message,
        reason
            .retryAfter()
            .map(wait -> wait.plusNanos(999_999).toMillis()) // rounded up
            .map(millis -> error.withSeconds("retry_after", millis))
            .orElse(error));
  }

  /**
   * Ends a session: sends the pending replies, calls the consumer's {@code disconnected}, and
   * leaves the rooms. May block. Idempotent; every step runs even if another throws.
   */
  public void close(ConnectionSession session) {
    String ids = " connection=" + session.connection;
    Safely.run("replying at the end" + ids, () -> replyToAll(session));
    Safely.run("Consumer.disconnected" + ids, () -> consumer.disconnected(session));
    Safely.run("replying to what disconnected published" + ids, () -> replyToAll(session));
    Safely.run("disconnecting" + ids, () -> manager.disconnect(session.memberships));
    pipeline.disconnected(session);
  }
}
