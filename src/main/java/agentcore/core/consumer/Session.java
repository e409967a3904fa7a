package agentcore.core.consumer;

import agentcore.core.backend.Directory;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Once;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Receipt;
import agentcore.core.backend.Room;
import agentcore.core.backend.Signal;
import agentcore.core.backend.Slice;
import agentcore.core.connection.CloseCode;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.connection.Frame;
import agentcore.core.connection.LogEvents;
import agentcore.core.connection.Membership;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.serializer.Serializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One connection as a handler sees it: all that a handler may do.
 *
 * <p>For the connection's own reader thread, but for {@link #after}, {@link #tell} and what they
 * name. What asks the store throws {@link agentcore.core.backend.BackendException} where it does
 * not answer; a handler lets it pass, and the client is told to try again.
 */
public final class Session {
  /** So many requests of a connection wait for the store at the same time, at the most. */
  private static final int MAX_UNANSWERED = 64;

  private final Connection connection;
  private final Map<String, String> parameters;
  private final ConnectionManager manager;
  private final Serializer serializer;
  private final Timers timers;

  /** In the order of the requests. Replaced, since most sessions have none most of the time. */
  private List<Unanswered> unanswered = List.of();

  private final Dispatcher dispatcher;

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

  /** Returns the user whose connection this is. */
  public String user() {
    return connection.user();
  }

  /** Returns the connection's name, unique in the cluster. */
  public String channel() {
    return connection.channel();
  }

  /** Returns the names of the rooms it is in, in order. */
  public List<String> rooms() {
    return connection.memberships().keySet().stream().sorted().toList();
  }

  /** Returns its place in a room. */
  public Optional<Membership> membership(String roomName) {
    return connection.membership(roomName);
  }

  /** Sends an event to this connection alone; waits while its outbox is full. */
  public void send(Event event) {
    dispatcher.answerAll(this); // the answers have the order of the requests
    connection.reply(Frame.text(text(event)));
  }

  /** Answers a request: sends the event with the request's id, where it had one. */
  public void reply(Message request, Event event) {
    request.id().ifPresent(id -> event.with("id", id));
    send(event);
  }

  /**
   * Enters a room. Until this request has been answered, events wait behind its replies.
   *
   * @param will told to the others when this connection is lost, even with its server
   * @param announcement told to the others now
   * @param seen the last message that the client saw, where it comes back
   * @return empty where the room is no more
   */
  public Optional<Membership> enter(
      Room room, Event will, Event announcement, Optional<Position> seen) {
    Signal joined = Signal.presence(channel(), text(announcement));
    return manager.enter(connection, room, serializer.write(will), Optional.of(joined), seen);
  }

  /**
   * Leaves a room; no event of it follows.
   *
   * @param announcement told to the others
   * @return whether it was in the room
   */
  public boolean leave(Membership membership, Event announcement) {
    Signal left = Signal.presence(channel(), text(announcement));
    return manager.leave(connection, membership, Optional.of(left));
  }

  /**
   * Appends an event to a room's log; its members are told, this connection too. When this returns,
   * it is in the log.
   *
   * @param once makes a retry harmless
   */
  public Receipt publish(Membership membership, Event event, Optional<Once> once) {
    return manager.publish(membership, text(event), once).get();
  }

  /**
   * Appends an event to a room's log, and lets the connection's next request of the same type begin
   * meanwhile: so what a client sends at once is on its way to the store at once, in that order,
   * and is told to the members at once. A handler that takes long before it comes to this does
   * better with the other {@code publish}, since the events of the requests before may wait for it.
   *
   * @param request the request that is being handled, which has to do nothing after this
   * @param answer answers the request when it is in the log
   */
  public void publish(
      Message request, Membership membership, Event event, Optional<Once> once, Answer answer) {
    if (unanswered.isEmpty()) {
      unanswered = new ArrayList<>();
    }
    Supplier<Receipt> receipt = manager.publish(membership, text(event), once);
    unanswered.add(new Unanswered(request, System.nanoTime(), receipt, answer));
  }

  /** Returns the requests to be answered, and has none from then on. */
  List<Unanswered> takeUnanswered() {
    List<Unanswered> taken = unanswered;
    unanswered = List.of();
    return taken;
  }

  /** Says whether a request of this type may begin before all others have been answered. */
  boolean mayBegin(String type) {
    return unanswered.isEmpty()
        || (unanswered.size() < MAX_UNANSWERED
            && unanswered.getLast().request().type().equals(type));
  }

  /** Returns how many requests wait to be answered. */
  int unanswered() {
    return unanswered.size();
  }

  /** Prepares what the connection missed in a room that it has just entered. */
  public Replay replay(Membership membership, Position lastSeen) {
    return new Replay(this, membership, lastSeen);
  }

  /** Counts that a client came back to a room, and whether it was told that nothing is missing. */
  public void resumed(boolean recovered) {
    manager.metrics().resumes.of(String.valueOf(recovered)).increment();
  }

  /** Counts that a client was told of a reset. */
  void wasReset(Slice.Status status) {
    manager.metrics().resets.of(LogEvents.reason(status)).increment();
  }

  /** Returns a parameter of the request that the connection began with. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  Slice read(Room room, Position from, int limit, int maxBytes) {
    return manager.backend().log().read(GroupId.room(room), from, limit, maxBytes);
  }

  void send(Entry entry) {
    connection.reply(Frame.text(LogEvents.complete(serializer, entry)));
  }

  /**
   * Returns the position up to which this connection was told of a room's log; what is later waits
   * until this request has been answered.
   */
  public Position position(Membership membership) {
    return manager.position(connection, membership);
  }

  /**
   * Reads a room's newest events before a place, complete and oldest first.
   *
   * @param before only events with a lower seq
   */
  public History history(Room room, long before, int limit, int maxBytes) {
    Slice slice = manager.backend().log().history(GroupId.room(room), before, limit, maxBytes);
    List<Event.Json> events =
        slice.entries().stream()
            .map(entry -> new Event.Json(LogEvents.complete(serializer, entry)))
            .toList();
    return new History(slice.top(), events, slice.more());
  }

  /** Tells a group something that no log keeps. Any thread. */
  public void tell(GroupId group, Signal signal) {
    presence().signal(group, signal);
  }

  /** Tells the others in a room a hint about this connection. Any thread. */
  public void hint(Room room, Event event) {
    tell(GroupId.room(room), Signal.presence(channel(), text(event)));
  }

  /** Writes an event for {@link #tell}, with the current time. */
  public String text(Event event) {
    return serializer.write(event, manager.now());
  }

  /** Returns the rooms and invitations. */
  public Directory directory() {
    return manager.backend().directory();
  }

  /** Returns who is where. */
  public Presence presence() {
    return manager.backend().presence();
  }

  /**
   * Runs {@code task} on a thread of its own after {@code delay}, though the session have ended.
   */
  public void after(Duration delay, Runnable task) {
    timers.after(delay, task);
  }

  /** Closes the connection. Any thread. */
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
