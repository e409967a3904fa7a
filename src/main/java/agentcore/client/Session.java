package agentcore.client;

import agentcore.client.connection.Endpoint;
import agentcore.client.connection.Frame;
import agentcore.client.connection.Link;
import agentcore.client.connection.Loop;
import agentcore.client.connection.Transport;
import agentcore.client.requests.Failure;
import agentcore.client.requests.Pace;
import agentcore.client.requests.Reply;
import agentcore.client.requests.Requests;
import agentcore.client.rooms.Inbox;
import agentcore.client.rooms.RoomList;
import agentcore.client.rooms.RoomTable;
import agentcore.client.rooms.Rooms;
import agentcore.client.unread.Marks;
import agentcore.client.unread.Place;
import agentcore.client.unread.Tally;
import agentcore.client.unread.Unread;
import agentcore.core.message.Names;
import com.google.gson.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A client on the thread of its loop: it constructs the parts, and passes each frame of the server
 * and each end of a connection through them, in an order on which they rely.
 */
final class Session implements Link.Owner {
  private static final int NORMAL = 1000;

  final Listeners listeners;
  final RoomTable table;

  private final Loop loop;
  private final Rooms rooms;
  private final Requests requests;
  private final String user;
  private final Endpoint endpoint;
  private final Link link;
  private final Pace pace;
  private final Inbox inbox;
  private final Unread unread;
  private final Marks marks;
  private final Set<String> channels = new HashSet<>();
  private String channel = "";
  private ConnectionState state = ConnectionState.CLOSED;

  /** The result of {@code connect}, until the client is closed. */
  private Optional<CompletableFuture<ChatEvent>> connection = Optional.empty();

  /** The failure of all calls to a closed client. */
  private Optional<Failure> end = Optional.empty();

  Session(ChatClientBuilder options, Loop loop, Transport transport, RandomGenerator random) {
    this.loop = loop;
    this.user = options.user();
    this.endpoint = options.endpoint();
    this.listeners = new Listeners(loop);
    this.link = options.link(loop, transport, this, random);
    this.pace = new Pace(loop, random);
    this.requests = new Requests(loop, link::send, pace, this::refusal);
    RoomList list = new RoomList(requests, options.isFollowing());
    this.rooms = new Rooms(loop, requests, pace, random, list, this::isOnline, this::emit);
    this.table = rooms.table;
    this.inbox = new Inbox(loop, requests, pace, random, this::emit);
    this.unread = new Unread(user, this::emit, rooms::refresh);
    this.marks = new Marks(loop, requests, pace, () -> isOnline() && list.isKept(), unread);
    options.rooms().forEach(table::request);
  }

  String user() {
    return user;
  }

  ConnectionState state() {
    return state;
  }

  String channel() {
    return channel;
  }

  boolean isOwnChannel(String id) {
    return channels.contains(id);
  }

  // --- what the application asks for ---

  CompletableFuture<ChatEvent> connect() {
    if (connection.isPresent()) {
      return connection.get();
    }
    end = Optional.empty();
    CompletableFuture<ChatEvent> welcome = new CompletableFuture<>();
    connection = Optional.of(welcome);
    link.open();
    return welcome;
  }

  void hurry() {
    link.hurry();
  }

  /** Ends all. The result completes when the server knows it, or after a second. */
  CompletableFuture<?> close() {
    if (end.isPresent()) {
      return CompletableFuture.allOf();
    }
    CompletableFuture<?> closed = link.close();
    down(NORMAL, "closed", Optional.empty());
    return closed;
  }

  /** Starts a request inside a task. Returns its reply, or why it could not start. */
  CompletableFuture<ChatEvent> start(Supplier<Reply> action) {
    CompletableFuture<ChatEvent> result = new CompletableFuture<>();
    loop.enter(
        () -> {
          try {
            action
                .get()
                .then(
                    frame -> result.complete(new ChatEvent(frame)),
                    failure -> result.completeExceptionally(new ChatException(failure)));
          } catch (ChatException refused) {
            loop.defer(() -> result.completeExceptionally(refused));
          }
        });
    return result;
  }

  Reply send(String room, String text, String id) {
    end.ifPresent(Session::fail);
    return rooms.send(Arguments.room(room), Arguments.wellFormed(text), Arguments.messageId(id));
  }

  Reply sendPrivate(String target, String text, String id) {
    end.ifPresent(Session::fail);
    return inbox.send(Arguments.messageId(id), target, Arguments.wellFormed(text));
  }

  private static void fail(Failure closed) {
    throw new ChatException(closed);
  }

  Reply request(String type, JsonObject fields, String id) {
    String key = Arguments.messageId(id);
    Frame named = Frame.of(fields);
    String room = named.text("room");
    return switch (type) {
      case "join_room" -> join(room, key, LastSeen.ofRequest(named));
      case "leave_room" -> rooms.leave(Arguments.room(room), key);
      default -> rooms.check(Names.trim(room), requests.ask(type, key, fields));
    };
  }

  Reply join(String room, String id, LastSeen seen) {
    return rooms.join(Arguments.room(room), id, seen.position());
  }

  Reply create(String room, boolean isPublic) {
    JsonObject data = Arguments.json(Map.of("room_name", room, "is_public", isPublic));
    return requests.ask("create_room", Requests.newId(), data);
  }

  void signal(String type, JsonObject fields) {
    if (isOnline()) {
      requests.signal(type, fields);
    }
  }

  UnreadCount unread(Place place) {
    Tally.Count count = unread.count(place);
    return new UnreadCount(count.unread(), count.mentions());
  }

  void markRead(String room, long seq) {
    marks.read(Place.room(room), Math.min(seq, table.seq(room)));
  }

  void markPrivateRead(String other, long seq) {
    marks.read(Place.user(other), Math.min(seq, inbox.seq()));
  }

  private boolean isOnline() {
    return state == ConnectionState.ONLINE;
  }

  /** Returns the reason why no request can be sent now, if there is one. */
  private Optional<Failure> refusal() {
    if (end.isPresent() || isOnline()) {
      return end;
    }
    return Optional.of(Failure.retryable("NOT_CONNECTED", "Not connected"));
  }

  // --- what the parts and the link report ---

  private void emit(Frame event) {
    switch (event.type()) {
      case "room_left", "room_lost" -> unread.forget(event.text("room"));
      case "gap", "inbox_gap" -> rooms.refresh();
      default -> {}
    }
    listeners.emit(new ChatEvent(event));
  }

  private void become(ConnectionState next, JsonObject more) {
    state = next;
    more.addProperty("state", next.name().toLowerCase(Locale.ROOT));
    listeners.emit(new ChatEvent(Frame.of("state", more)));
  }

  /** The default room and the user's log are resumed while connecting, other rooms by join_room. */
  @Override
  public URI address() {
    JsonObject positions = rooms.resume();
    inbox.resume().entrySet().forEach(field -> positions.add(field.getKey(), field.getValue()));
    return endpoint.address(user, positions);
  }

  @Override
  public void trying() {
    become(ConnectionState.CONNECTING, new JsonObject());
  }

  @Override
  public void received(Frame frame) {
    ChatEvent event = new ChatEvent(frame);
    listeners.received(event);
    if (frame.type().equals("welcome")) {
      welcomed(frame);
    } else if (!rooms.receive(frame, channel) || !inbox.receive(frame)) {
      return;
    }
    unread.receive(frame);
    if (frame.type().equals("my_rooms")) {
      marks.open();
    }
    requests.receive(frame);
    listeners.emit(event);
  }

  private void welcomed(Frame frame) {
    channel = frame.text("user_id");
    channels.add(channel);
    link.welcomed();
    connection.ifPresent(welcome -> loop.defer(() -> welcome.complete(new ChatEvent(frame))));
    become(ConnectionState.ONLINE, new JsonObject());
    if (!isOnline()) {
      return; // a listener may have closed the client
    }
    inbox.welcomed(frame);
    rooms.welcomed(frame);
    frame.texts("rooms").stream()
        .findFirst()
        .filter(table::has)
        .ifPresent(room -> unread.entered(room, frame));
  }

  @Override
  public void down(int code, String reason, Optional<Duration> retryIn) {
    boolean isFinal = retryIn.isEmpty();
    Failure failure =
        isFinal
            ? Failure.closed(reason.isEmpty() ? "closed with " + code : reason, code)
            : Failure.retryable("CONNECTION_LOST", "The connection was lost");
    state = isFinal ? ConnectionState.CLOSED : ConnectionState.WAITING;
    marks.disconnected();
    if (isFinal) {
      end = Optional.of(failure);
      rooms.end(failure);
      inbox.end(failure);
    } else {
      rooms.disconnected();
      inbox.disconnected();
    }
    requests.failAll(failure);
    if (isFinal) {
      pace.flush();
      ChatException cause = new ChatException(failure);
      connection.ifPresent(welcome -> loop.defer(() -> welcome.completeExceptionally(cause)));
      connection = Optional.empty();
    }
    JsonObject more = new JsonObject();
    more.addProperty("code", code);
    more.addProperty("reason", reason);
    retryIn.ifPresent(delay -> more.addProperty("retryIn", delay.toMillis()));
    become(state, more);
  }
}
