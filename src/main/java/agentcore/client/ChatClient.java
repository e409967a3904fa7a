package agentcore.client;

import agentcore.client.connection.Loop;
import agentcore.client.requests.Requests;
import agentcore.client.unread.Place;
import agentcore.core.message.Names;
import com.google.gson.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A user's connection to the chat. It reconnects by itself, enters and resumes the user's rooms,
 * counts what is unread, and sends each message exactly once.
 *
 * {@snippet file="Clients.java" region="client"}
 *
 * <p>A client has the states of the JavaScript client, which src/docs/client.md describes in two
 * tables: of the connection, and of each room. {@link #on} adds listeners for every frame of the
 * server, by its type, and for the client's own events, which {@link ChatEvent} lists. The
 * application receives each {@code chat_message} and each entry of the user's log once and in
 * order.
 *
 * <p>Any thread may call the client. Everything happens on one daemon thread, which runs the
 * listeners and completes the futures, so neither listeners nor dependent stages may block; {@code
 * join} on a future of the client inside them would wait forever. Futures complete exceptionally
 * with a {@link ChatException}.
 */
public final class ChatClient implements AutoCloseable {
  private final Loop loop;
  private final Session session;

  ChatClient(Loop loop, Session session) {
    this.loop = loop;
    this.session = session;
  }

  /**
   * Begins to describe a client.
   *
   * @param server the server, as {@code ws://HOST:PORT} or {@code wss://...}; a path before {@code
   *     /ws} is kept
   * @param user the user id
   * @throws ChatException if the user id is invalid
   */
  public static ChatClientBuilder builder(URI server, String user) {
    return new ChatClientBuilder(server, user);
  }

  // --- the connection ---

  /** Returns the user id. */
  public String user() {
    return session.user();
  }

  /** Returns the state of the connection. */
  public ConnectionState state() {
    return loop.call(session::state);
  }

  /**
   * Returns the name of the current or last connection, which is the {@code user_id} in this
   * client's frames; empty before the first {@code welcome}.
   */
  public String channel() {
    return loop.call(session::channel);
  }

  /** Returns whether a {@code user_id} belongs to this client, now or before a reconnect. */
  public boolean isOwnChannel(String id) {
    return loop.call(() -> session.isOwnChannel(id));
  }

  /**
   * Connects, and stays connected until {@code close}. Until the client is closed, further calls
   * return the same future.
   *
   * @return the first {@code welcome}; fails with CLOSED if the server refuses permanently
   */
  public CompletableFuture<ChatEvent> connect() {
    return loop.call(session::connect);
  }

  /** Tries to connect now, if the client waits for the next attempt. */
  public void hurry() {
    loop.enter(session::hurry);
  }

  /**
   * Closes the connection and stops reconnecting. Calls that are not complete fail with CLOSED, and
   * so do later ones until {@code connect}. Waits up to a second until the server knows it, but not
   * on the client's own thread.
   */
  @Override
  public void close() {
    CompletableFuture<?> closed = loop.call(session::close);
    if (!loop.isInside()) {
      closed.join();
    }
  }

  // --- listeners, and the client's thread ---

  /**
   * Calls a listener with every event of a type.
   *
   * @return removes the listener
   */
  public Runnable on(String type, ChatListener listener) {
    Runnable remove = loop.call(() -> session.listeners.add(type, listener));
    return () -> loop.enter(remove);
  }

  /**
   * Calls a listener with every frame of the server before the client handles it: also with those
   * that other listeners do not receive, because the application has received the same message.
   *
   * @return removes the listener
   */
  public Runnable onFrame(ChatListener listener) {
    return on(Listeners.EVERY_FRAME, listener);
  }

  /**
   * Runs an action on the client's thread, between two events. It must not block. The values that
   * it reads from the client belong together.
   */
  public void execute(Runnable action) {
    loop.enter(action);
  }

  /**
   * Runs an action on the client's thread after a delay, whether or not the client is closed then.
   *
   * @return cancels the action, if it has not begun
   */
  public Runnable after(Duration delay, Runnable action) {
    Loop.Timer timer = loop.call(() -> loop.after(delay, action));
    return () -> loop.enter(timer::cancel);
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
    return session.start(() -> session.send(room, text, id));
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
    return session.start(() -> session.sendPrivate(target, text, id));
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
    return request(type, data, Requests.newId());
  }

  /**
   * Sends a request like {@link #request(String, Map)}.
   *
   * @param id the {@code id} of the request and of its replies
   */
  public CompletableFuture<ChatEvent> request(String type, Map<String, ?> data, String id) {
    return session.start(() -> session.request(type, Arguments.json(data), id));
  }

  /**
   * Sends a request to which the server does not reply, such as {@code typing_start}. Without a
   * connection it is lost.
   */
  public void signal(String type, Map<String, ?> data) {
    JsonObject fields = Arguments.json(data);
    loop.enter(() -> session.signal(type, fields));
  }

  // --- rooms ---

  /** Returns the names of the rooms that the client is in or rejoins. */
  public List<String> rooms() {
    return loop.call(session.table::names);
  }

  /** Returns the last {@code room_info} of a room that the client is in or rejoins. */
  public Optional<ChatEvent> info(String room) {
    return loop.call(() -> session.table.info(Names.trim(room)).map(ChatEvent::new));
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
    return session.start(() -> session.join(room, Requests.newId(), seen));
  }

  /**
   * Creates and joins a room.
   *
   * @return the {@code room_info}
   */
  public CompletableFuture<ChatEvent> create(String room, boolean isPublic) {
    return session.start(() -> session.create(Arguments.room(room), isPublic));
  }

  /**
   * Leaves a room.
   *
   * @return the {@code room_left}
   */
  public CompletableFuture<ChatEvent> leave(String room) {
    return request("leave_room", Map.of("room", room));
  }

  /**
   * Reads the newest messages of a room.
   *
   * @return the {@code message_history}, whose {@code messages} are the oldest first
   */
  public CompletableFuture<ChatEvent> history(String room, int limit) {
    return request("get_message_history", Map.of("room", room, "limit", limit));
  }

  /** Returns how many messages of others in a room the user has not read. */
  public UnreadCount unread(String room) {
    return loop.call(() -> session.unread(Place.room(Names.trim(room))));
  }

  /** Returns how many private messages of another user this user has not read. */
  public UnreadCount unreadFrom(String other) {
    return loop.call(() -> session.unread(Place.user(other)));
  }

  /**
   * Notes that the user has read a room up to a message. The numbers of this client change at once;
   * the server and the user's other devices are told later, with at most one request a second.
   */
  public void markRead(String room, long seq) {
    loop.enter(() -> session.markRead(Names.trim(room), seq));
  }

  /** Notes that the user has read the private messages of another user up to an entry. */
  public void markPrivateRead(String other, long seq) {
    loop.enter(() -> session.markPrivateRead(other, seq));
  }
}
