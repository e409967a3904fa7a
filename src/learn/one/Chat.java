package one;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.ReentrantLock;
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
 * A chat server in one file. Each connection has a thread, which does all of this with one message
 * before it reads the next: {@code frame -> middleware -> handler -> backend -> all sockets}.
 */
public final class Chat {
  private static final String LOBBY = "lobby";
  private static final Gson JSON = new Gson();

  private final Backend backend = new MemoryBackend();

  /** Each of these sees every request, and returns whether it may go on. */
  private final List<BiPredicate<Connection, Request>> middleware = List.of(this::isKnown);

  /** What to do, by the type of a request. */
  private final Map<String, BiConsumer<Connection, Request>> handlers =
      Map.of("chat_message", this::say, "ping", this::ping);

  /** The room. A chat with many rooms would have a map of these. */
  interface Backend {
    void enter(Connection member);

    void leave(Connection member);

    void publish(JsonObject event);
  }

  /** What a client asks for. A field that is not in its JSON keeps the value that it has here. */
  static final class Request {
    String type = "";
    String id; // the answer repeats it, if there is one
    Map<String, String> data = Map.of();
  }

  /** Gives each connection a thread of its own. The first argument is the port. */
  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[0]);
    Chat chat = new Chat();
    try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      System.out.println("Listening on ws://127.0.0.1:" + port + "/ws/{user_id}");
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().name("reader").start(() -> chat.serve(socket));
      }
    } catch (BindException busy) {
      System.err.println("Port " + port + " is in use. Choose another one, such as PORT=8001.");
      System.exit(1);
    }
  }

  /** Serves one client until its connection ends. */
  public void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true); // otherwise TCP may wait for more before it sends a small frame
      Connection client = Connection.open(socket);
      JsonObject welcome =
          event("welcome", "user_id", client.id, "username", client.user, "rooms", List.of(LOBBY));
      backend.publish(about(client, "user_joined_room"));
      backend.enter(client);
      client.send(welcome);
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
    if (middleware.stream().allMatch(each -> each.test(sender, request))) {
      handlers.get(request.type).accept(sender, request);
    }
  }

  private boolean isKnown(Connection sender, Request request) {
    return handlers.containsKey(request.type)
        || refuse(sender, request, "UNKNOWN_MESSAGE_TYPE", "Unknown message type: " + request.type);
  }

  /** Sends an error to the client, and returns false. */
  private static boolean refuse(Connection sender, Request request, String code, String message) {
    sender.send(event("error", "id", request.id, "message", message, "error_code", code));
    return false;
  }

  private void say(Connection sender, Request request) {
    JsonObject message = about(sender, "chat_message");
    message.addProperty("text", request.data.getOrDefault("text", "").strip());
    backend.publish(message);
    if (request.id != null) {
      sender.send(event("ack", "id", request.id, "room", LOBBY, "duplicate", false));
    }
  }

  private void ping(Connection sender, Request request) {
    sender.send(event("pong", "id", request.id));
  }

  /**
   * Creates an event, such as {"type":"pong","id":"7"}, from its type, and names and values. A
   * field whose value is null is not sent.
   */
  private static JsonObject event(String type, Object... fields) {
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

  /** The members of one process. One that enters while an event is sent does not receive it. */
  private static final class MemoryBackend implements Backend {
    private final Set<Connection> members = new CopyOnWriteArraySet<>();

    @Override
    public void enter(Connection member) {
      members.add(member);
    }

    @Override
    public void leave(Connection member) {
      members.remove(member);
    }

    @Override
    public void publish(JsonObject event) {
      members.forEach(member -> member.send(event));
    }
  }

  /** One client. Only the thread that serves it reads; any thread may send. */
  record Connection(Socket socket, Draft draft, ReentrantLock writing, String user, String id) {
    /** Answers the HTTP request that opens a WebSocket. We assume that it arrives in one piece. */
    static Connection open(Socket socket) throws IOException, InvalidDataException {
      Draft draft = new Draft_6455(); // named after RFC 6455, which describes WebSockets
      draft.setParseMode(Role.SERVER);
      var request = (ClientHandshake) draft.translateHandshake(read(socket));
      // "101 Switching Protocols", with a header that proves that we know the protocol.
      var answer = draft.postProcessHandshakeResponseAsServer(request, new HandshakeImpl1Server());
      socket.getOutputStream().write(draft.createHandshake(answer).getFirst().array());
      String user = URI.create(request.getResourceDescriptor()).getPath().replaceFirst("^/ws/", "");
      String id = user + "/" + UUID.randomUUID(); // a user may have several connections
      return new Connection(socket, draft, new ReentrantLock(), user, id);
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

    /** Writes a whole frame. That waits while the client does not read. */
    void send(Framedata frame) {
      writing.lock();
      try {
        // createBinaryFrame turns a frame of any kind into bytes.
        socket.getOutputStream().write(draft.createBinaryFrame(frame).array());
      } catch (IOException gone) {
        // the thread that reads notices it, too
      } finally {
        writing.unlock();
      }
    }
  }
}
