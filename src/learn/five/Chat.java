package five;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import five.Room.Appended;
import five.Room.Position;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Role;
import org.java_websocket.exceptions.IncompleteHandshakeException;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.framing.PongFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.HandshakeImpl1Server;
import org.java_websocket.util.Charsetfunctions;

/**
 * A chat server of which several can run, and whose clients miss nothing. Redis keeps the log; what
 * it publishes is only a hint that the log has grown:
 *
 * <pre>{@code
 * socket -> frame -> middleware -> handler -> log in Redis -> hint -> outboxes of each server
 *                                                  |                  outbox -> writer -> socket
 *                                                  +--(after a gap)--------^
 * }</pre>
 */
public final class Chat {
  static final String LOBBY = "lobby";
  private static final int MAX_FRAME_BYTES = 64 * 1024;
  private static final Gson JSON = new GsonBuilder().setStrictness(Strictness.STRICT).create();

  private final Backend backend;
  private final List<Handler> middleware = List.of(this::checkType, Chat::checkText);
  private final Map<String, Handler> handlers =
      Map.of("chat_message", this::say, "ping", Chat::ping);

  public Chat(Backend backend) {
    this.backend = backend;
  }

  /** Handles messages of one type. Middleware sees every message before its handler does. */
  interface Handler {
    void handle(Connection sender, JsonObject message) throws ClientException, IOException;
  }

  /** The room, for all servers that share it. Throws an IOException if that is not possible. */
  public interface Backend extends AutoCloseable {
    /**
     * Adds a member. It receives the welcome, then what it missed, then what is appended from now
     * on.
     *
     * @param since the position of the last message that it has, if it comes back
     */
    void enter(Connection member, JsonObject welcome, Optional<Position> since) throws IOException;

    void leave(Connection member);

    /** Sends a notice to all members. No log keeps it. */
    void publish(JsonObject notice) throws IOException;

    /** Appends a message to the log and sends it to all members; with a key, only once. */
    Appended append(JsonObject message, String key) throws ClientException, IOException;

    @Override
    default void close() {}
  }

  /** A mistake of the client, which receives it as an error event. */
  static final class ClientException extends Exception {
    private static final long serialVersionUID = 1L;
    final String code;

    ClientException(String code, String message) {
      super(message);
      this.code = code;
    }
  }

  /** Listens on the port in the first argument, with the Redis in the second. */
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        var backend = RedisBackend.open(args[1], "learn-five:")) {
      System.out.println("Listening on ws://127.0.0.1:" + port + "/ws/{user_id}");
      new Chat(backend).accept(listener);
    }
  }

  /** Gives each connection a thread of its own, until the listener is closed. */
  public void accept(ServerSocket listener) throws IOException {
    while (true) {
      Socket socket = listener.accept();
      Thread.ofVirtual().name("reader").start(() -> serve(socket));
    }
  }

  private void serve(Socket socket) {
    Outbox outbox = new Outbox(socket);
    outbox.start();
    try {
      socket.setTcpNoDelay(true); // sends a small frame at once
      Connection client = Connection.open(socket, outbox);
      backend.publish(about(client, "user_joined_room"));
      backend.enter(client, welcome(client), client.since);
      try {
        while (true) {
          for (Framedata frame : client.read()) {
            receive(client, frame);
          }
        }
      } finally {
        backend.leave(client);
        backend.publish(about(client, "user_left"));
      }
    } catch (IOException | InvalidDataException | IncompleteHandshakeException end) {
      System.out.println("A connection ended: " + end.getMessage());
    } finally {
      outbox.end();
    }
  }

  private void receive(Connection client, Framedata frame)
      throws IOException, InvalidDataException {
    switch (frame.getOpcode()) {
      case TEXT -> handle(client, Charsetfunctions.stringUtf8(frame.getPayloadData()));
      case PING -> client.send(new PongFrame((PingFrame) frame));
      case CLOSING -> {
        client.send(frame); // the client waits for its own close frame
        throw new EOFException("closed by the client");
      }
      default -> {} // a pong; or binary data or a fragment, which this chat does not support
    }
  }

  private void handle(Connection sender, String text) {
    JsonObject message = new JsonObject();
    try {
      message = parse(text);
      for (Handler each : middleware) {
        each.handle(sender, message);
      }
      handlers.get(string(message, "type")).handle(sender, message);
    } catch (ClientException e) {
      sender.send(error(message, e.code, e.getMessage()));
    } catch (IOException e) {
      sender.send(error(message, "BACKEND_UNAVAILABLE", "The message store is not reachable"));
    }
  }

  private void checkType(Connection sender, JsonObject message) throws ClientException {
    String type = string(message, "type");
    if (!handlers.containsKey(type)) {
      throw new ClientException("UNKNOWN_MESSAGE_TYPE", "Unknown message type: " + type);
    }
  }

  private static void checkText(Connection sender, JsonObject message) throws ClientException {
    if (data(message, "text").length() > 1000) {
      throw new ClientException("VALIDATION_FAILED", "Message too long (max 1000 characters)");
    }
  }

  private void say(Connection sender, JsonObject message) throws ClientException, IOException {
    String room = data(message, "room");
    String text = data(message, "text");
    if (text.isEmpty()) {
      throw new ClientException("VALIDATION_FAILED", "Message text is required");
    }
    if (!room.equals(LOBBY)) {
      throw new ClientException("NOT_IN_ROOM", "Not in room: " + room);
    }
    JsonObject said = about(sender, "chat_message");
    said.addProperty("text", text);
    said.addProperty("message_id", UUID.randomUUID().toString());
    String id = string(message, "id");
    String key = id.isEmpty() ? "" : sender.user + "/" + id;
    Appended appended = backend.append(said, key);
    if (message.has("id")) {
      JsonObject ack = reply(message, "ack", "room", room, "duplicate", appended.isDuplicate());
      for (String field : List.of("seq", "epoch", "message_id")) {
        ack.add(field, appended.entry().event().get(field));
      }
      sender.send(ack);
    }
  }

  private static void ping(Connection sender, JsonObject message) {
    sender.send(reply(message, "pong"));
  }

  private static JsonObject parse(String text) throws ClientException {
    try {
      return JSON.getAdapter(JsonObject.class).fromJson(text);
    } catch (IOException | JsonParseException e) {
      throw new ClientException("INVALID_JSON", "Invalid JSON format");
    }
  }

  private static String string(JsonObject from, String name) {
    return from.get(name) instanceof JsonPrimitive value ? value.getAsString() : "";
  }

  /** Returns a field of a request's data, without white space around it. */
  private static String data(JsonObject request, String name) {
    String value = request.get("data") instanceof JsonObject data ? string(data, name) : "";
    return value.replaceAll("(?U)^\\s+|\\s+$", "");
  }

  /** Creates an event from names and values. */
  static JsonObject event(String type, Object... fields) {
    JsonObject event = new JsonObject();
    event.addProperty("type", type);
    for (int i = 0; i < fields.length; i += 2) {
      event.add((String) fields[i], JSON.toJsonTree(fields[i + 1]));
    }
    event.addProperty("timestamp", BigDecimal.valueOf(System.currentTimeMillis(), 3));
    return event;
  }

  /** Creates the answer to a request. It repeats the id, if the request has one. */
  private static JsonObject reply(JsonObject request, String type, Object... fields) {
    JsonObject reply = event(type, fields);
    if (request.has("id")) {
      reply.add("id", request.get("id"));
    }
    return reply;
  }

  private static JsonObject error(JsonObject request, String code, String text) {
    String type = string(request, "type");
    JsonObject error = reply(request, "error", "message", text, "error_code", code);
    error.addProperty("message_type", type.isEmpty() ? "error" : type);
    error.addProperty("retryable", code.equals("BACKEND_UNAVAILABLE"));
    return error;
  }

  private static JsonObject about(Connection client, String type) {
    return event(type, "user_id", client.id, "username", client.user, "room", LOBBY);
  }

  private static JsonObject welcome(Connection client) {
    String hint = "! Create or join a room to start chatting.";
    JsonObject welcome = about(client, "welcome");
    welcome.addProperty("message", "Welcome to the chat, " + client.user + hint);
    welcome.add("rooms", JSON.toJsonTree(List.of(welcome.remove("room"))));
    return welcome;
  }

  /** One client. Only the thread that serves it reads; any thread may send. */
  static final class Connection {
    private static final Pattern RESUME = Pattern.compile("epoch=([^&]+)&since=([0-9]{0,18})");
    private final Draft draft = new Draft_6455(List.of(), MAX_FRAME_BYTES);
    private final Socket socket;
    private final Outbox outbox;
    final String user;
    final String id;
    final Optional<Position> since;

    private Connection(Socket socket, Outbox outbox, URI address) {
      this.socket = socket;
      this.outbox = outbox;
      this.user = address.getPath().replaceFirst("^/ws/", "");
      this.id = user + "/" + UUID.randomUUID(); // a user may have several connections
      this.since = since(Objects.requireNonNullElse(address.getQuery(), ""));
      draft.setParseMode(Role.SERVER);
    }

    /** Reads the position from which the client resumes, such as "epoch=x&since=7". */
    private static Optional<Position> since(String query) {
      Matcher fields = RESUME.matcher(query);
      if (!fields.find()) {
        return Optional.empty();
      }
      long seq = fields.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(fields.group(2));
      return Optional.of(new Position(fields.group(1), seq));
    }

    /** Answers the HTTP request that opens a WebSocket; we assume that it arrives in one piece. */
    static Connection open(Socket socket, Outbox outbox) throws IOException, InvalidDataException {
      var request = (ClientHandshake) Draft.translateHandshakeHttp(read(socket), Role.SERVER);
      URI address = URI.create(request.getResourceDescriptor());
      Connection opened = new Connection(socket, outbox, address);
      var response = new HandshakeImpl1Server();
      opened.draft.postProcessHandshakeResponseAsServer(request, response);
      outbox.offer(opened.draft.createHandshake(response).getFirst());
      return opened;
    }

    /** Waits for bytes, and returns the frames that they complete. */
    List<Framedata> read() throws IOException, InvalidDataException {
      return draft.translateFrame(read(socket));
    }

    private static ByteBuffer read(Socket socket) throws IOException {
      byte[] bytes = new byte[16 * 1024];
      int length = socket.getInputStream().read(bytes);
      if (length < 0) {
        throw new EOFException("the client has gone");
      }
      return ByteBuffer.wrap(bytes, 0, length);
    }

    void send(JsonObject event) {
      send(draft.createFrames(event.toString(), false).getFirst());
    }

    void send(Framedata frame) {
      outbox.offer(draft.createBinaryFrame(frame));
    }
  }
}
