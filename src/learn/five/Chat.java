package five;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import five.Room.Position;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Role;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.framing.PongFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.HandshakeImpl1Server;

/**
 * A chat server of which several can run, and whose clients never miss a message without notice.
 * The reader does {@code frame -> middleware -> handler -> log in Redis}. What Redis publishes is
 * only a hint that the log has grown. Each server does {@code hint -> outboxes of its members}, and
 * after a gap {@code log -> outboxes of its members}. The writer does {@code outbox -> socket}.
 */
public final class Chat {
  static final String LOBBY = "lobby";
  private static final Gson JSON = new Gson();

  private final Backend backend;

  /** Each of these sees every request, and returns whether it may go on. */
  private final List<BiPredicate<Connection, Request>> middleware = List.of(this::isKnown);

  /** What to do, by the type of a request. */
  private final Map<String, BiConsumer<Connection, Request>> handlers =
      Map.of("chat_message", this::say, "ping", this::ping);

  public Chat(Backend backend) {
    this.backend = backend;
  }

  /** The room. If it cannot be reached, its methods throw an UncheckedIOException. */
  public interface Backend {
    /** Adds a member. It receives the welcome, then what it missed, then what is new. */
    void enter(Connection member, JsonObject welcome);

    void leave(Connection member);

    /** Sends a notice to all members. No log keeps it. */
    void publish(JsonObject notice);

    /**
     * Appends a message to the log, and sends it to all members. It gets a seq and an epoch.
     *
     * @param key if the log has a message with this key, that one is returned, and nothing is sent
     */
    JsonObject append(JsonObject message, String key);
  }

  /** What a client asks for. A field that is not in its JSON keeps the value that it has here. */
  static final class Request {
    String type = "";
    String id; // the answer repeats it, if there is one
    Map<String, String> data = Map.of();
  }

  /** Gives each connection a thread of its own. The arguments are a port and a Redis. */
  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[0]);
    try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      Chat chat = new Chat(RedisBackend.open(args[1], "learn-five:"));
      System.out.println("Listening on ws://127.0.0.1:" + port + "/ws/{user_id}");
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().name("reader").start(() -> chat.serve(socket));
      }
    } catch (BindException busy) {
      System.err.println("Port " + port + " is in use. Choose another one, such as PORT=8001.");
      System.exit(1);
    } catch (UncheckedIOException e) {
      System.err.println(args[1] + " cannot be used: " + e.getMessage());
      System.exit(1);
    }
  }

  /** Serves one client until its connection ends. */
  public void serve(Socket socket) {
    Outbox outbox = new Outbox(socket);
    Thread.ofVirtual().name("writer").start(outbox::write);
    try {
      socket.setTcpNoDelay(true); // otherwise TCP may wait for more before it sends a small frame
      Connection client = Connection.open(socket, outbox);
      JsonObject welcome =
          event("welcome", "user_id", client.id, "username", client.user, "rooms", List.of(LOBBY));
      backend.publish(about(client, "user_joined_room"));
      backend.enter(client, welcome);
      try {
        while (true) {
          // The draft keeps half a frame until the rest of it arrives.
          for (Framedata frame : client.draft.translateFrame(Connection.read(socket))) {
            receive(client, frame);
          }
        }
      } finally {
        backend.leave(client);
        backend.publish(about(client, "user_left"));
      }
    } catch (IOException | InvalidDataException | RuntimeException end) {
      System.out.println("A connection ended: " + end);
    } finally {
      outbox.end();
    }
  }

  private void receive(Connection client, Framedata frame) throws IOException {
    switch (frame.getOpcode()) {
      case TEXT -> handle(client, UTF_8.decode(frame.getPayloadData()).toString());
      case PING -> client.send(new PongFrame((PingFrame) frame));
      case CLOSING -> {
        client.send(frame); // the client waits for its own close frame
        throw new EOFException("closed by the client");
      }
      default -> {} // a pong; or binary data or a fragment, which this chat does not support
    }
  }

  private void handle(Connection sender, String text) {
    Request request = JSON.fromJson(text, Request.class);
    try {
      if (middleware.stream().allMatch(each -> each.test(sender, request))) {
        handlers.get(request.type).accept(sender, request);
      }
    } catch (UncheckedIOException e) {
      refuse(sender, request, "BACKEND_UNAVAILABLE", "The message store is not reachable");
    }
  }

  private boolean isKnown(Connection sender, Request request) {
    return handlers.containsKey(request.type)
        || refuse(sender, request, "UNKNOWN_MESSAGE_TYPE", "Unknown message type: " + request.type);
  }

  /** Sends an error to the client, and returns false. */
  private static boolean refuse(Connection sender, Request request, String code, String message) {
    JsonObject error = event("error", "id", request.id, "message", message, "error_code", code);
    error.addProperty("retryable", code.equals("BACKEND_UNAVAILABLE"));
    sender.send(error);
    return false;
  }

  private void say(Connection sender, Request request) {
    JsonObject message = about(sender, "chat_message");
    message.addProperty("text", request.data.getOrDefault("text", "").strip());
    String messageId = UUID.randomUUID().toString();
    message.addProperty("message_id", messageId);
    String key = sender.user + "/" + (request.id == null ? messageId : request.id);
    JsonObject stored = backend.append(message, key);
    if (request.id != null) {
      JsonObject ack = event("ack", "id", request.id, "room", LOBBY);
      List.of("seq", "epoch", "message_id").forEach(name -> ack.add(name, stored.get(name)));
      ack.addProperty("duplicate", !ack.get("message_id").getAsString().equals(messageId));
      sender.send(ack);
    }
  }

  private void ping(Connection sender, Request request) {
    sender.send(event("pong", "id", request.id));
  }

  /**
   * Creates an event, such as {"type":"pong","id":"7"}, from its type, and names and values. A
   * field whose value is null is not sent.
   */
  static JsonObject event(String type, Object... fields) {
    JsonObject event = new JsonObject();
    event.addProperty("type", type);
    for (int i = 0; i < fields.length; i += 2) {
      event.add((String) fields[i], JSON.toJsonTree(fields[i + 1]));
    }
    // Seconds since 1970: the last 3 digits of the milliseconds become decimals.
    event.addProperty("timestamp", BigDecimal.valueOf(System.currentTimeMillis(), 3));
    return event;
  }

  private static JsonObject about(Connection client, String type) {
    return event(type, "user_id", client.id, "username", client.user, "room", LOBBY);
  }

  /** One client. Only the thread that serves it reads; any thread may send. */
  record Connection(Draft draft, Outbox outbox, String user, String id, Optional<Position> since) {
    /** Answers the HTTP request that opens a WebSocket. We assume that it arrives in one piece. */
    static Connection open(Socket socket, Outbox outbox) throws IOException, InvalidDataException {
      Draft draft = new Draft_6455(); // named after RFC 6455, which describes WebSockets
      draft.setParseMode(Role.SERVER);
      var request = (ClientHandshake) draft.translateHandshake(read(socket));
      // "101 Switching Protocols", with a header that proves that we know the protocol.
      var answer = draft.postProcessHandshakeResponseAsServer(request, new HandshakeImpl1Server());
      outbox.offer(draft.createHandshake(answer).getFirst().array());
      URI address = URI.create(request.getResourceDescriptor());
      String user = address.getPath().replaceFirst("^/ws/", "");
      String id = user + "/" + UUID.randomUUID(); // a user may have several connections
      return new Connection(draft, outbox, user, id, Position.in(address.getQuery()));
    }

    /** Waits for bytes from the client. */
    static ByteBuffer read(Socket socket) throws IOException {
      byte[] bytes = new byte[16 * 1024];
      int length = socket.getInputStream().read(bytes);
      if (length < 0) {
        throw new EOFException("the client has gone");
      }
      return ByteBuffer.wrap(bytes, 0, length);
    }

    void send(JsonObject event) {
      // One text frame. It is not masked (false): only a client masks what it sends.
      send(draft.createFrames(JSON.toJson(event), false).getFirst());
    }

    void send(Framedata frame) {
      // createBinaryFrame turns a frame of any kind into bytes.
      outbox.offer(draft.createBinaryFrame(frame).array());
    }
  }
}
