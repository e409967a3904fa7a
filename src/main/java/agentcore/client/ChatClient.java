package agentcore.client;

import agentcore.core.message.Names;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A user's connection to the chat. It reconnects by itself, enters and resumes the user's rooms,
 * counts what is unread, and sends each message exactly once.
 *
 * {@snippet file="Clients.java" region="client"}
 *
 * <p>A client has the states of the JavaScript client, which src/docs/client.md describes in two
 * tables: of the connection, and of each room. {@link #on} adds listeners for every frame of the
 * server, by its type, and for these events of the client:
 *
 * <ul>
 *   <li>{@code state} with {@code state} ({@code connecting}, {@code online}, {@code waiting} or
 *       {@code closed}), and after an end {@code code}, {@code reason} and {@code retryIn} in
 *       milliseconds
 *   <li>{@code gap} with {@code room} and {@code reason}: messages of this room may be missing
 *       before the next one; read the history
 *   <li>{@code inbox_gap} with {@code reason}: entries of the user's log may be missing before the
 *       next one; request {@code get_inbox}
 *   <li>{@code room_lost} with {@code room} and {@code reason}: the client is no longer in this
 *       room, although it did not leave
 *   <li>{@code unread} with {@code room} or {@code username}, {@code unread} and {@code mentions}:
 *       these numbers have changed
 * </ul>
 *
 * <p>The application receives each {@code chat_message} and each entry of the user's log once and
 * in order.
 *
 * <p>Any thread may call the client. Everything happens on one daemon thread, which runs the
 * listeners and completes the futures, so neither listeners nor dependent stages may block; {@code
 * join} on a future of the client inside them would wait forever. Futures complete exceptionally
 * with a {@link ChatException}.
 */
public final class ChatClient implements AutoCloseable {
  private static final Gson GSON = new Gson();
  private static final int NORMAL = 1000;

  private final Loop loop;
  private final String user;
  private final URI base;
  private final Link link;
  private final Pace pace;
  private final Requests requests;
  private final Rooms rooms;
  private final Inbox inbox;
  private final Unread unread;
  private final Marks marks;
  private final Listeners listeners;
  private final Set<String> channels = new HashSet<>();
  private String channel = "";
  private ConnectionState state = ConnectionState.CLOSED;

  /** The result of {@code connect}, until the client is closed. */
  private Optional<CompletableFuture<ChatEvent>> connection = Optional.empty();

  /** The failure of all calls to a closed client. */
  private Optional<ChatException> end = Optional.empty();

  ChatClient(Builder options, Loop loop, Transport transport, RandomGenerator random) {
    this.loop = loop;
    this.user = options.user;
    this.base = options.server;
    this.listeners = new Listeners(loop);
    this.link =
        new Link(
            loop,
            transport,
            new Events(),
            options.token,
            options.canRenewToken,
            options.times,
            random);
    this.pace = new Pace(loop, random);
    this.requests = new Requests(loop, link::send, pace, this::refusal);
    this.rooms = new Rooms(loop, requests, pace, random, this::isOnline, this::emit);
    this.inbox = new Inbox(loop, requests, pace, random, this::emit);
    this.unread = new Unread(user, this::emit, rooms::refresh);
    this.marks =
        new Marks(loop, requests, pace, () -> isOnline() && rooms.areKept(), unread::distrust);
    options.rooms.forEach(rooms::add);
  }

  /**
   * Begins to describe a client.
   *
   * @param server the server, as {@code ws://HOST:PORT} or {@code wss://...}; a path before {@code
   *     /ws} is kept
   * @param user the user id
   * @throws ChatException if the user id is invalid
   */
  public static Builder builder(URI server, String user) {
    return new Builder(server, user);
  }

  /** The options of a client. Not thread-safe. */
  public static final class Builder {
    private final URI server;
    private final String user;
    private final List<String> rooms = new ArrayList<>();
    private Supplier<? extends CompletionStage<String>> token =
        () -> CompletableFuture.completedFuture("");
    private boolean canRenewToken;
    private Times times = Times.DEFAULT;

    private Builder(URI server, String user) {
      String text = server.toString();
      this.server = URI.create(text.endsWith("/") ? text : text + "/");
      this.user = ChatNames.user(user);
    }

    /** Sets a token. If the server refuses it, the client is closed. */
    public Builder token(String text) {
      token = () -> CompletableFuture.completedFuture(text);
      canRenewToken = false;
      return this;
    }

    /**
     * Sets where tokens come from. The client calls it before each attempt, on its thread, so it
     * must not block. If a token that worked is refused, a new one gets one attempt.
     */
    public Builder token(Supplier<? extends CompletionStage<String>> source) {
      token = source;
      canRenewToken = true;
      return this;
    }

    /**
     * Adds a room to join at the start, in addition to the user's rooms and the default room.
     *
     * @throws ChatException if the name is invalid
     */
    public Builder room(String name) {
      rooms.add(ChatNames.room(name));
      return this;
    }

    Builder times(Times other) {
      times = other;
      return this;
    }

    /** Returns a client, which is not connected yet. */
    public ChatClient build() {
      ThreadLoop loop = new ThreadLoop("agentcore-client-" + user);
      Transport transport = new HttpTransport(loop, HttpClient.newHttpClient());
      return new ChatClient(this, loop, transport, RandomGenerator.getDefault());
    }
  }

  // --- the connection ---

  /** Returns the user id. */
  public String user() {
    return user;
  }

  /** Returns the state of the connection. */
  public ConnectionState state() {
    return call(() -> state);
  }

  /**
   * Returns the name of the current or last connection, which is the {@code user_id} in this
   * client's frames; empty before the first {@code welcome}.
   */
  public String channel() {
    return call(() -> channel);
  }

  /** Returns whether a {@code user_id} belongs to this client, now or before a reconnect. */
  public boolean isOwnChannel(String id) {
    return call(() -> channels.contains(id));
  }

  /**
   * Calls a listener with every event of a type.
   *
   * @return removes the listener
   */
  public Runnable on(String type, ChatListener listener) {
    Runnable remove = call(() -> listeners.add(type, listener));
    return () ->
        call(
            () -> {
              remove.run();
              return true;
            });
  }

  /**
   * Connects, and stays connected until {@code close}. Until the client is closed, further calls
   * return the same future.
   *
   * @return the first {@code welcome}; fails with CLOSED if the server refuses permanently
   */
  public CompletableFuture<ChatEvent> connect() {
    return call(
        () -> {
          if (connection.isPresent()) {
            return connection.get();
          }
          end = Optional.empty();
          CompletableFuture<ChatEvent> welcome = new CompletableFuture<>();
          connection = Optional.of(welcome);
          link.open();
          return welcome;
        });
  }

  /** Tries to connect now, if the client waits for the next attempt. */
  public void hurry() {
    loop(link::hurry);
  }

  /**
   * Closes the connection and stops reconnecting. Calls that are not complete fail with CLOSED, and
   * so do later ones until {@code connect}.
   */
  @Override
  public void close() {
    loop(
        () -> {
          if (end.isEmpty()) {
            link.close();
            down(NORMAL, "closed", Optional.empty());
          }
        });
  }

  // --- messages ---

  /**
   * Sends a message to a room that the client is in, exactly once, even if the connection is lost,
   * and in the order of the calls. Fails with GAVE_UP after a minute, and then the outcome is
   * unknown.
   *
   * @return the {@code ack}, when the message is in the log
   */
  public CompletableFuture<ChatEvent> send(String room, String text) {
    return send(room, text, Requests.newId());
  }

  /**
   * Sends a message like {@link #send(String, String)}.
   *
   * @param id identifies the message: the id of an earlier call, to retry the same message
   */
  public CompletableFuture<ChatEvent> send(String room, String text, String id) {
    return start(
        () -> {
          if (end.isPresent()) {
            throw end.get();
          }
          String name = ChatNames.room(room);
          Room target = rooms.find(name).orElseThrow(() -> ChatException.notInRoom(name));
          JsonObject data = new JsonObject();
          data.addProperty("room", name);
          data.addProperty("text", ChatNames.wellFormed(text));
          return target.outbox.send(ChatNames.messageId(id), data);
        });
  }

  /**
   * Sends a private message exactly once, even if the connection is lost, and in the order of the
   * calls.
   *
   * @param target the user's id, or the name of a connection
   * @return the {@code private_message_sent}, when the message is stored
   */
  public CompletableFuture<ChatEvent> sendPrivate(String target, String text) {
    return sendPrivate(target, text, Requests.newId());
  }

  /**
   * Sends a private message like {@link #sendPrivate(String, String)}.
   *
   * @param id identifies the message: the id of an earlier call, to retry the same message
   */
  public CompletableFuture<ChatEvent> sendPrivate(String target, String text, String id) {
    return start(
        () -> {
          if (end.isPresent()) {
            throw end.get();
          }
          return inbox.send(ChatNames.messageId(id), target, ChatNames.wellFormed(text));
        });
  }

  /**
   * Sends any request. It is repeated only if the rate limit refuses it and it only reads. Without
   * a connection it fails with NOT_CONNECTED, and with CONNECTION_LOST if the connection is lost
   * before the reply.
   *
   * @param type such as {@code get_message_history}
   * @param data the fields: strings, numbers, booleans, lists and maps of them
   * @return the last reply
   */
  public CompletableFuture<ChatEvent> request(String type, Map<String, ?> data) {
    return start(
        () -> {
          JsonObject fields = toJson(data);
          ChatEvent named = ChatEvent.of(fields);
          if (type.equals("join_room")) {
            String epoch = named.text("epoch");
            return rooms.join(
                ChatNames.room(named.text("room")),
                new LastSeen(epoch, named.number("since"), named.text("message_id")));
          }
          if (type.equals("leave_room")) {
            return rooms.leave(ChatNames.room(named.text("room")));
          }
          Reply reply = requests.ask(type, fields);
          reply.orElse(
              failure -> {
                if (failure.is("NOT_IN_ROOM")) {
                  rooms.refused(Names.trim(named.text("room")));
                }
              });
          return reply;
        });
  }

  private static JsonObject toJson(Map<String, ?> data) {
    try {
      return GSON.toJsonTree(data).getAsJsonObject();
    } catch (JsonParseException | IllegalArgumentException e) {
      throw ChatException.of("INVALID_MESSAGE_FORMAT", "Not JSON: " + e.getMessage());
    }
  }

  // --- rooms ---

  /** Returns the names of the rooms that the client is in or rejoins. */
  public List<String> rooms() {
    return call(rooms::names);
  }

  /** Returns the last {@code room_info} of a room that the client is in or rejoins. */
  public Optional<ChatEvent> info(String room) {
    return call(() -> rooms.find(Names.trim(room)).flatMap(known -> known.info));
  }

  /**
   * Joins a room. Resumes a room that this client was in before.
   *
   * @return the {@code room_info}
   */
  public CompletableFuture<ChatEvent> join(String room) {
    return join(room, LastSeen.NOTHING);
  }

  /**
   * Joins a room from a position that the program has stored. A position that this client knows
   * itself takes precedence.
   *
   * @return the {@code room_info}
   */
  public CompletableFuture<ChatEvent> join(String room, LastSeen seen) {
    return start(() -> rooms.join(ChatNames.room(room), seen));
  }

  /**
   * Creates and joins a room.
   *
   * @return the {@code room_info}
   */
  public CompletableFuture<ChatEvent> create(String room, boolean isPublic) {
    return start(
        () -> {
          JsonObject data = new JsonObject();
          data.addProperty("room_name", ChatNames.room(room));
          data.addProperty("is_public", isPublic);
          return requests.ask("create_room", data);
        });
  }

  /**
   * Leaves a room.
   *
   * @return the {@code room_left}
   */
  public CompletableFuture<ChatEvent> leave(String room) {
    return start(() -> rooms.leave(ChatNames.room(room)));
  }

  /**
   * Reads the newest messages of a room.
   *
   * @return the {@code message_history}, whose {@code messages} are the oldest first
   */
  public CompletableFuture<ChatEvent> history(String room, int limit) {
    return request("get_message_history", Map.of("room", room, "limit", limit));
  }

  // --- what is unread ---

  /** Returns how many messages of others in a room the user has not read. */
  public UnreadCount unread(String room) {
    return call(() -> unread.count(Place.room(Names.trim(room))));
  }

  /** Returns how many private messages of another user this user has not read. */
  public UnreadCount unreadFrom(String other) {
    return call(() -> unread.count(Place.user(other)));
  }

  /**
   * Notes that the user has read a room up to a message. The numbers of this client change at once;
   * the server and the user's other devices are told later, with at most one request a second.
   */
  public void markRead(String room, long seq) {
    loop(
        () -> {
          String name = Names.trim(room);
          long last = rooms.find(name).map(known -> known.position.seq()).orElse(0L);
          mark(Place.room(name), Math.min(seq, last));
        });
  }

  /** Notes that the user has read the private messages of another user up to an entry. */
  public void markPrivateRead(String other, long seq) {
    loop(() -> mark(Place.user(other), Math.min(seq, inbox.seq())));
  }

  private void mark(Place place, long seq) {
    if (unread.read(place, seq)) {
      String epoch = unread.epoch(place);
      marks.send(place, seq, () -> unread.epoch(place).equals(epoch));
    }
  }

  // --- inside the loop ---

  /** Runs an action in the loop. */
  private void loop(Runnable action) {
    if (loop.isInside()) {
      action.run();
    } else {
      loop.execute(action);
    }
  }

  /** Runs an action in the loop, and waits for its result. */
  private <T> T call(Supplier<T> action) {
    if (loop.isInside()) {
      return action.get();
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            result.complete(action.get());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.join();
    } catch (CompletionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private CompletableFuture<ChatEvent> start(Supplier<Reply> action) {
    CompletableFuture<ChatEvent> result = new CompletableFuture<>();
    loop(
        () -> {
          try {
            action.get().then(result::complete, result::completeExceptionally);
          } catch (ChatException refused) {
            loop.defer(() -> result.completeExceptionally(refused));
          }
        });
    return result;
  }

  private boolean isOnline() {
    return state == ConnectionState.ONLINE;
  }

  /** Returns the reason why no request can be sent now, if there is one. */
  private Optional<ChatException> refusal() {
    if (end.isPresent() || isOnline()) {
      return end;
    }
    return Optional.of(ChatException.retryable("NOT_CONNECTED", "Not connected"));
  }

  private void emit(ChatEvent event) {
    switch (event.type()) {
      case "room_left", "room_lost" -> unread.forget(event.text("room"));
      case "gap", "inbox_gap" -> rooms.refresh();
      default -> {}
    }
    listeners.emit(event);
  }

  private void become(ConnectionState next, JsonObject more) {
    state = next;
    more.addProperty("state", lower(next));
    listeners.emit(ChatEvent.of("state", more));
  }

  private static String lower(ConnectionState state) {
    return switch (state) {
      case CONNECTING -> "connecting";
      case ONLINE -> "online";
      case WAITING -> "waiting";
      case CLOSED -> "closed";
    };
  }

  /** The default room and the user's log are resumed while connecting, other rooms by join_room. */
  private URI address() {
    String query =
        Stream.concat(rooms.resume().entrySet().stream(), inbox.resume().entrySet().stream())
            .map(field -> field.getKey() + "=" + encode(field.getValue().getAsString()))
            .collect(Collectors.joining("&"));
    return base.resolve("ws/" + encode(user) + (query.isEmpty() ? "" : "?" + query));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Handles what the link tells. */
  private final class Events implements Link.Owner {
    @Override
    public URI address() {
      return ChatClient.this.address();
    }

    @Override
    public void trying() {
      become(ConnectionState.CONNECTING, new JsonObject());
    }

    @Override
    public void received(ChatEvent frame) {
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
      listeners.emit(frame);
    }

    @Override
    public void down(int code, String reason, Optional<Duration> retryIn) {
      ChatClient.this.down(code, reason, retryIn);
    }
  }

  private void welcomed(ChatEvent frame) {
    channel = frame.text("user_id");
    channels.add(channel);
    link.welcomed();
    connection.ifPresent(welcome -> loop.defer(() -> welcome.complete(frame)));
    become(ConnectionState.ONLINE, new JsonObject());
    if (!isOnline()) {
      return; // a listener may have closed the client
    }
    inbox.welcomed(frame);
    rooms.welcomed(frame);
    frame.texts("rooms").stream()
        .findFirst()
        .filter(room -> rooms.find(room).isPresent())
        .ifPresent(room -> unread.entered(room, frame));
  }

  private void down(int code, String reason, Optional<Duration> retryIn) {
    boolean isFinal = retryIn.isEmpty();
    ChatException failure =
        isFinal
            ? ChatException.closed(reason.isEmpty() ? "closed with " + code : reason, code)
            : ChatException.retryable("CONNECTION_LOST", "The connection was lost");
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
      connection.ifPresent(welcome -> loop.defer(() -> welcome.completeExceptionally(failure)));
      connection = Optional.empty();
    }
    JsonObject more = new JsonObject();
    more.addProperty("code", code);
    more.addProperty("reason", reason);
    retryIn.ifPresent(delay -> more.addProperty("retryIn", delay.toMillis()));
    become(state, more);
  }
}
