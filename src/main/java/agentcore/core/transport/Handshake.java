package agentcore.core.transport;

import agentcore.core.http.HttpRequest;
import agentcore.core.message.Names;
import agentcore.core.serializer.Serializer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Reads and answers a request for a WebSocket (RFC 6455 section 4.2): validity, user, tokens. */
final class Handshake {
  private static final Logger LOG = System.getLogger(Handshake.class.getName());

  /** The time between two looks at the thread that warms up. */
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** The subprotocol that the server selects if a client offers it, for example beside a token. */
  static final String SUBPROTOCOL = "agentcore";

  private static final String TOKEN_SUBPROTOCOL = "bearer.";
  private static final String TOKEN_PARAMETER = "token";
  private static final int KEY_BYTES = 16;

  /** RFC 6455 section 1.3. */
  private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final MessageDigest SHA_1 = newSha1();

  private Handshake() {}

  /**
   * Checks that the request is a valid upgrade.
   *
   * @throws HttpException 426 or 400
   */
  static void check(HttpRequest request) throws HttpException {
    if (!request.hasToken("upgrade", "websocket") || !request.hasToken("connection", "upgrade")) {
      throw new HttpException(426, "This is a WebSocket endpoint");
    }
    if (!request.header("sec-websocket-version").orElse("").equals("13")) {
      throw new HttpException(426, "WebSocket version 13 is required");
    }
    if (!isKey(request.header("sec-websocket-key").orElse(""))) {
      throw new HttpException(400, "Malformed request: Sec-WebSocket-Key");
    }
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns the response to an upgrade that {@link #check} has accepted. */
  static byte[] response(HttpRequest request) {
    String accept = request.header("sec-websocket-key").orElse("") + ACCEPT_GUID;
    String protocol =
        request.elements("sec-websocket-protocol").contains(SUBPROTOCOL)
            ? "Sec-WebSocket-Protocol: " + SUBPROTOCOL + "\r\n"
            : "";
    String head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(sha1(accept))
            + "\r\n"
            + protocol
            + "\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  /** Looking the algorithm up takes longer, and leaves a thread-local value in each reader. */
  private static byte[] sha1(String text) {
    try {
      MessageDigest digest = (MessageDigest) SHA_1.clone();
      return digest.digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (CloneNotSupportedException impossible) { // the JDK's can be cloned
      throw new IllegalStateException(impossible);
    }
  }

  private static MessageDigest newSha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Returns the user id, which is the path segment after the endpoint's prefix.
   *
   * @throws HttpException 400 if it is not a valid user id
   */
  static String user(HttpRequest request, String pathPrefix) throws HttpException {
    int segment = pathPrefix.split("/", -1).length - 2;
    Optional<String> decoded = request.segment(segment);
    if (decoded.isEmpty()) {
      throw new HttpException(400, "User id is not percent-encoded UTF-8");
    }
    String user = Names.trim(decoded.get());
    Optional<String> fault = Names.userFault(user);
    if (fault.isPresent()) {
      throw new HttpException(400, fault.get());
    }
    return user;
  }

  /** Returns all tokens of a request, from the header, the subprotocols and the query. */
  static List<String> tokens(HttpRequest request) {
    List<String> tokens = new ArrayList<>();
    request.bearerToken().ifPresent(tokens::add);
    for (String offered : request.elements("sec-websocket-protocol")) {
      if (offered.startsWith(TOKEN_SUBPROTOCOL)) {
        tokens.add(offered.substring(TOKEN_SUBPROTOCOL.length()));
      }
    }
    Optional.ofNullable(request.parameters().get(TOKEN_PARAMETER)).ifPresent(tokens::add);
    tokens.removeIf(String::isEmpty);
    return tokens;
  }

  /** Returns the query parameters without the token, because a consumer may log them. */
  static Map<String, String> parameters(HttpRequest request) {
    Map<String, String> parameters = new HashMap<>(request.parameters());
    parameters.remove(TOKEN_PARAMETER);
    return parameters;
  }

  /**
   * Performs a handshake that no client sent. This loads the classes that every connection needs,
   * and opens their files (jars, time zones, the pollers of virtual threads). A class whose first
   * load fails, because the process cannot open another file, fails forever: no later connection
   * could be upgraded, and no virtual thread could wait for a socket.
   */
  static void warmUp() throws IOException, HttpException, CloseException, InterruptedException {
    HttpRequest request = RequestReader.parse(Engine.HANDSHAKE);
    check(request);
    var unusedResponse = response(request);
    byte[] close = {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0};
    Engine engine = new Engine((code, frame) -> {}, close.length);
    var unusedMessage = engine.decode(close, 0, close.length);
    byte[] ping = "{\"type\":\"ping\",\"data\":1}".getBytes(StandardCharsets.US_ASCII);
    var unused = new Serializer().read(ping, 0, ping.length);
    waitForSocket();
  }

  /**
   * Lets a virtual thread wait for a byte that never arrives, so that the JDK opens its pollers.
   * With a timeout, the thread of a busy machine could give up before it waits.
   */
  private static void waitForSocket() throws IOException, InterruptedException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Thread reader;
    try (ServerSocket server = new ServerSocket(0, 1, loopback);
        Socket client = new Socket(loopback, server.getLocalPort())) {
      reader = Thread.ofVirtual().name("warm-up").start(() -> read(client));
      while (reader.isAlive() && reader.getState() != Thread.State.WAITING) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    } // closing the socket ends the read
    reader.join();
  }

  private static void read(Socket silent) {
    try {
      var unused = silent.getInputStream().read();
    } catch (IOException closed) {
      LOG.log(Level.TRACE, "warmed up: {0}", closed.getMessage());
    }
  }
}
