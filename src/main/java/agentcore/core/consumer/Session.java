package agentcore.core.consumer;

import agentcore.core.backend.Directory;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import agentcore.core.backend.PublishResult;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.connection.Frame;
import agentcore.core.connection.LogEvents;
import agentcore.core.connection.Membership;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.serializer.Serializer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One connection as a handler sees it: all that a handler may do.
 *
 * <p>Threads: handlers, answers, and the consumer's {@code connected} and {@code disconnected} run
 * on the connection's reader thread, which may call every method. Other threads, such as a timer of
 * {@link #after}, a thread of your own, or the reader of another connection, may call every method
 * but {@link #enter}, {@link #leave}, {@link #replay}, {@link #position} and the {@link
 * #publish(Message, Membership, Event, Optional, Answer) publish} that takes an {@link Answer}.
 * Those five are part of handling a request, and throw {@link IllegalStateException} on any other
 * thread.
 *
 * <p>What asks the store throws {@link agentcore.core.backend.BackendException} where it does not
 * answer; a handler lets it pass, and the client is told to try again.
 */
public final class Session {
  /**
   * How many times its own size a part of a log may take while it becomes a reply: the store's
   * answer, the entries, their events, the text, its bytes and the frame.
   */
  private static final int COPIES = 8;

  private final Connection connection;
  private final Map<String, String> parameters;
  private final ConnectionManager manager;
  private final Serializer serializer;
  private final Timers timers;
  private final Dispatcher dispatcher;
  private final PendingReplies pending = new PendingReplies();

  /** The thread that opened the session: the connection's reader thread. */
  private final Thread reader = Thread.currentThread();

  Session(
      Connection connection,
      Map<String, String> parameters,
      ConnectionManager manager,
      Serializer serializer,
      Timers timers,
      Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
    this.parameters = Map.copyOf(parameters);
    this.connection = connection;
    this.manager = manager;
    this.serializer = serializer;
    this.timers = timers;
  }

  /** Returns the user whose connection this is. Any thread. */
  public String user() {
    return connection.user();
  }

  /** Returns the connection's name, unique in the cluster. Any thread. */
  public String channel() {
    return connection.channel();
  }

  /** Returns the names of the rooms it is in, in order. Any thread. */
  public List<String> rooms() {
    return connection.memberships().keySet().stream().sorted().toList();
  }

  /** Returns its place in a room. Any thread. */
  public Optional<Membership> membership(String roomName) {
    return connection.membership(roomName);
  }

  /**
   * Sends an event to this connection alone. Any thread.
   *
   * <p>On the reader thread the event follows the answers to all earlier requests, and the call
   * waits while the outbox is full. On any other thread the event is offered like the events of a
   * room: the call never waits, and a connection whose outbox is full is closed ({@code TOO_SLOW}),
   * so that one slow client delays no sender.
   */
  public void send(Event event) {
    if (isReader()) {
      dispatcher.answerAll(this); // the answers have the order of the requests
      connection.reply(Frame.text(text(event)));
    } else {
      connection.offer(Frame.text(text(event)));
    }
  }

  /**
   * Answers a request: sends the event with the request's id, where it had one. Any thread, with
   * the difference that {@link #send} describes. The event itself is not changed.
   */
  public void reply(Message request, Event event) {
    Optional<String> id = request.id();
    send(id.isPresent() ? event.with("id", id.get()) : event);
  }

  private boolean isReader() {
    return Thread.currentThread().equals(reader);
  }

  private void requireReader(String method) {
    if (!isReader()) {
      throw new IllegalStateException(
          "Session." + method + " is for the reader thread of connection " + connection);
    }
  }

  /**
   * Enters a room. Until this request has been answered, events wait behind its replies. Reader
   * thread only.
   *
   * @param will told to the others when this connection is lost, even with its server
   * @param announcement told to the others now
   * @param seen the last message that the client saw, where it comes back
   * @return empty where the room is no more
   */
  public Optional<Membership> enter(
      Room room, Event will, Event announcement, Optional<Position> seen) {
    requireReader("enter");
    Notice joined = Notice.presence(channel(), text(announcement));
    return manager.enter(connection, room, serializer.write(will), Optional.of(joined), seen);
  }

  /**
   * Leaves a room; no event of it follows. Reader thread only.
   *
   * @param announcement told to the others
   * @return whether it was in the room
   */
  public boolean leave(Membership membership, Event announcement) {
    requireReader("leave");
    Notice left = Notice.presence(channel(), text(announcement));
    return manager.leave(connection, membership, Optional.of(left));
  }

  /**
   * Appends an event to a room's log; its members are told, this connection too. When this returns,
   * it is in the log. Any thread; the events that one thread publishes are stored in that order.
   *
   * @param once makes a retry harmless
   */
  public PublishResult publish(Membership membership, Event event, Optional<IdempotencyKey> once) {
    return manager.publish(membership, text(event), once).get();
  }

  /**
   * Appends an event to a room's log, and lets the connection's next request of the same type begin
   * meanwhile: so what a client sends at once is on its way to the store at once, in that order,
   * and is told to the members at once. A handler that takes long before it comes to this does
   * better with the other {@code publish}, since the events of the requests before may wait for it.
   * Reader thread only.
   *
   * @param request the request that is being handled, which has to do nothing after this
   * @param answer answers the request when it is in the log
   */
  public void publish(
      Message request,
      Membership membership,
      Event event,
      Optional<IdempotencyKey> once,
      Answer answer) {
    requireReader("publish with an answer");
    Supplier<PublishResult> receipt = manager.publish(membership, text(event), once);
    pending.add(new Unanswered(request, System.nanoTime(), receipt, answer));
  }

  PendingReplies pending() {
    return pending;
  }

  /**
   * Prepares what the connection missed in a room that it has just entered. Reader thread only, and
   * so is {@link Replay#send}.
   */
  public Replay replay(Membership membership, Position lastSeen) {
    requireReader("replay");
    return new Replay(this, membership, lastSeen);
  }

  /**
   * Counts that a client came back to a room, and whether it was told that nothing is missing. Any
   * thread.
   */
  public void resumed(boolean recovered) {
    manager.metrics().resumes.of(String.valueOf(recovered)).increment();
  }

  /** Counts that a client was told of a reset. */
  void wasReset(LogPage.Status status) {
    manager.metrics().resets.of(LogEvents.reason(status)).increment();
  }

  /** Returns a parameter of the request that the connection began with. Any thread. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /**
   * Prepares for a reply of up to so many bytes, before it is built: waits until this client has
   * taken enough of what was sent before, and until the server has the memory. A handler whose
   * replies can exceed some 10 KB calls it first; {@link #history} does by itself. The memory is
   * given back when the request has been answered. Reader thread only.
   *
   * @throws agentcore.core.backend.BackendException if there is too little memory for several
   *     seconds
   */
  public void reserve(int replyBytes) {
    requireReader("reserve");
    connection.reserve(replyBytes, (long) COPIES * replyBytes);
  }

  LogPage read(Room room, Position from, int limit, int maxBytes) {
    reserve(maxBytes);
    return manager.backend().log().read(GroupId.room(room), from, limit, maxBytes);
  }

  void send(Entry entry) {
    connection.reply(Frame.text(LogEvents.complete(serializer, entry)));
  }

  /**
   * Returns the position up to which this connection was told of a room's log; what is later waits
   * until this request has been answered. Reader thread only.
   */
  public Position position(Membership membership) {
    requireReader("position");
    return manager.position(connection, membership);
  }

  /**
   * Reads a room's newest events before a place, complete and oldest first. Any thread; on the
   * reader thread, memory for so large a reply is reserved first.
   *
   * @param before only events with a lower seq
   */
  public History history(Room room, long before, int limit, int maxBytes) {
    if (isReader()) {
      reserve(maxBytes);
    }
    LogPage slice = manager.backend().log().history(GroupId.room(room), before, limit, maxBytes);
    List<Event.Json> events =
        slice.entries().stream()
            .map(entry -> new Event.Json(LogEvents.complete(serializer, entry)))
            .toList();
    return new History(slice.top(), events, slice.more());
  }

  /** Tells a group something that no log keeps. Any thread. */
  public void tell(GroupId group, Notice signal) {
    presence().broadcast(group, signal);
  }

  /** Tells the others in a room a hint about this connection. Any thread. */
  public void hint(Room room, Event event) {
    tell(GroupId.room(room), Notice.presence(channel(), text(event)));
  }

  /** Writes an event for {@link #tell}, with the current time. Any thread. */
  public String text(Event event) {
    return serializer.write(event, manager.now());
  }

  /** Returns the rooms and invitations. Any thread. */
  public Directory directory() {
    return manager.backend().directory();
  }

  /** Returns who is where. Any thread. */
  public Presence presence() {
    return manager.backend().presence();
  }

  /**
   * Runs {@code task} on a thread of its own after {@code delay}, even if the session has ended by
   * then. Any thread.
   */
  public void after(Duration delay, Runnable task) {
    timers.after(delay, task);
  }

  /** Closes the connection; never waits. Any thread. */
  public void close(CloseCode code) {
    connection.close(code);
  }

  Connection connection() {
    return connection;
  }

  /**
   * A part of a room's log.
   *
   * @param top the position of the log's newest entry
   * @param events complete, oldest first
   * @param more whether older ones can be had
   */
  public record History(Position top, List<Event.Json> events, boolean more) {}
}
