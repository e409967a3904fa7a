package agentcore.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import agentcore.testkit.FrameReader.Deadline;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A WebSocket client over a plain socket that can also violate the protocol.
 *
 * <p>It answers pings while it reads ({@link #answerPings}) and checks that the server's frames are
 * complete, unmasked and without reserved bits. A missed deadline is an {@link AssertionError}, a
 * broken socket an {@link UncheckedIOException}. Not thread-safe.
 */
public final class RawClient implements AutoCloseable {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String ACCEPT = accept(KEY);
  private static final int ABNORMAL = 1006;

  private final Socket socket;
  private final FrameReader reader;
  private boolean answersPings = true;
  private int probes;

  /** The close code and reason; 1006 if no close frame arrived. */
  public record Closed(int code, String reason) {}

  private RawClient(Socket socket) {
    this.socket = socket;
    this.reader = new FrameReader(socket);
  }

  /** Opens a socket and sends nothing. */
  public static RawClient open(int port) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a WebSocket connection.
   *
   * @param path percent-encoded, such as {@code /ws/alice}
   * @param headers complete header lines, such as {@code Origin: http://example.com}
   */
  public static RawClient connect(int port, String path, String... headers) {
    RawClient client = open(port);
    client.sendUpgrade(path, headers);
    String head = client.readHead();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      client.close();
      throw new AssertionError("no upgrade: " + head.lines().findFirst().orElse("(nothing)"));
    }
    if (head.lines().noneMatch(line -> line.equalsIgnoreCase("Sec-WebSocket-Accept: " + ACCEPT))) {
      client.close();
      throw new AssertionError("wrong Sec-WebSocket-Accept: " + head);
    }
    return client;
  }

  /** Returns the percent-encoded path for a user. */
  public static String path(String user) {
    return "/ws/" + URLEncoder.encode(user, UTF_8).replace("+", "%20");
  }

  private static String accept(String key) {
    try {
      byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends the upgrade request; read the response with {@link #readHead}. */
  public void sendUpgrade(String path, String... headers) {
    sendBytes(upgrade(path, headers));
  }

  /** Sends the upgrade request immediately followed by a frame. */
  public void sendUpgrade(String path, RawFrame frame) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(upgrade(path));
    both.writeBytes(frame.encode());
    sendBytes(both.toByteArray());
  }

  private byte[] upgrade(String path, String... headers) {
    StringBuilder head = new StringBuilder();
    head.append("GET ").append(path).append(" HTTP/1.1\r\n");
    head.append("Host: 127.0.0.1:").append(socket.getPort()).append("\r\n");
    head.append("Upgrade: websocket\r\nConnection: Upgrade\r\n");
    head.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ").append(KEY).append("\r\n");
    List.of(headers).forEach(line -> head.append(line).append("\r\n"));
    return head.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  /** Reads the head of an HTTP response, without the empty line. */
  public String readHead() {
    return reader.readHead();
  }

  /** Reads everything until the server ends the stream. */
  public String readToEnd() {
    return reader.readToEnd();
  }

  /** Sends a text frame. */
  public void send(String text) {
    send(RawFrame.text(text));
  }

  /** Sends a frame. */
  public void send(RawFrame frame) {
    sendBytes(frame.encode());
  }

  /** Sends a text message in several frames. */
  public void sendFragments(String... parts) {
    for (int i = 0; i < parts.length; i++) {
      int opcode = i == 0 ? RawFrame.TEXT : RawFrame.CONTINUATION;
      send(RawFrame.of(opcode, parts[i].getBytes(UTF_8)).withFin(i == parts.length - 1));
    }
  }

  /** Sends raw bytes. */
  public void sendBytes(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets whether pings are answered; they are by default. */
  public RawClient answerPings(boolean answers) {
    answersPings = answers;
    return this;
  }

  /** Reads a frame of any kind; empty at the end of the stream. */
  public Optional<RawFrame> nextFrame(Duration timeout) {
    return nextFrame(new Deadline(timeout), "a frame");
  }

  private Optional<RawFrame> nextFrame(Deadline deadline, String what) {
    Optional<RawFrame> frame = reader.nextFrame(deadline, what);
    if (frame.isEmpty()) {
      return frame;
    }
    RawFrame read = frame.get();
    if (read.masked() || read.rsv() != 0 || !read.fin()) {
      throw new AssertionError("a server must not send this frame: " + read);
    }
    if (read.opcode() == RawFrame.PING && answersPings) {
      send(RawFrame.of(RawFrame.PONG, read.payload()));
    }
    return frame;
  }

  /** Reads up to the next frame that is neither ping nor pong. */
  private Optional<RawFrame> nextDataOrClose(Deadline deadline, String what) {
    Optional<RawFrame> frame;
    do {
      frame = nextFrame(deadline, what);
    } while (frame.isPresent()
        && (frame.get().opcode() == RawFrame.PING || frame.get().opcode() == RawFrame.PONG));
    return frame;
  }

  /** Reads the next text message, skipping pings and pongs. */
  public String nextText(Duration timeout) {
    Optional<RawFrame> frame = nextDataOrClose(new Deadline(timeout), "a text");
    if (frame.isEmpty() || frame.get().opcode() != RawFrame.TEXT) {
      throw new AssertionError("instead of a text: " + shown(frame));
    }
    return frame.get().text();
  }

  /** Reads the next text message. */
  public String nextText() {
    return nextText(Await.DEADLINE);
  }

  /** Reads the next text message as a JSON object. */
  public JsonObject nextJson() {
    return JsonParser.parseString(nextText()).getAsJsonObject();
  }

  /** Skips messages up to the first one of this type and returns it. */
  public JsonObject nextJson(String type) {
    JsonObject json = nextJson();
    while (!json.get("type").getAsString().equals(type)) {
      json = nextJson();
    }
    return json;
  }

  /**
   * Checks that no text message is pending: sends a ping, whose pong must arrive next. Anything the
   * server had queued for this client when it read the ping would arrive before the pong.
   */
  public void expectSilence() {
    String probe = "probe-" + ++probes;
    send(RawFrame.ping(probe));
    Deadline deadline = new Deadline(Await.DEADLINE);
    while (true) {
      Optional<RawFrame> frame = nextFrame(deadline, "a pong");
      if (frame.isPresent() && frame.get().opcode() == RawFrame.PONG) {
        if (frame.get().text().equals(probe)) {
          return;
        }
      } else if (frame.isEmpty() || frame.get().opcode() != RawFrame.PING) {
        throw new AssertionError("instead of silence: " + shown(frame));
      }
    }
  }

  /** Waits for the close frame and the end of the stream; no text message may come before it. */
  public Closed expectClose() {
    Optional<RawFrame> frame = nextDataOrClose(new Deadline(Await.DEADLINE), "a close frame");
    if (frame.isPresent() && frame.get().opcode() != RawFrame.CLOSE) {
      throw new AssertionError("instead of a close frame: " + shown(frame));
    }
    return finish(frame);
  }

  /** Waits for the close frame and the end of the stream, skipping everything before it. */
  public Closed awaitClose() {
    Deadline deadline = new Deadline(Await.DEADLINE);
    Optional<RawFrame> frame = nextDataOrClose(deadline, "a close frame");
    while (frame.isPresent() && frame.get().opcode() != RawFrame.CLOSE) {
      frame = nextDataOrClose(deadline, "a close frame");
    }
    return finish(frame);
  }

  /** Sends a close frame and waits for the answer; no text message may come before it. */
  public Closed closeNormally() {
    send(RawFrame.close(1000, ""));
    return expectClose();
  }

  private Closed finish(Optional<RawFrame> closeFrame) {
    if (closeFrame.isEmpty()) {
      return new Closed(ABNORMAL, "");
    }
    try {
      RawFrame frame = closeFrame.get();
      answerClose(frame);
      if (nextFrame(new Deadline(Await.DEADLINE), "the end of the stream").isPresent()) {
        throw new AssertionError("a frame after the close frame");
      }
      return new Closed(frame.closeCode(), frame.closeReason());
    } finally {
      close();
    }
  }

  /**
   * Answers a close frame. The server may have closed the socket already, or the frame may be its
   * answer to ours.
   */
  private void answerClose(RawFrame frame) {
    try {
      send(RawFrame.of(RawFrame.CLOSE, frame.payload()));
      socket.shutdownOutput();
    } catch (IOException | UncheckedIOException e) {
      // the answer is not needed then
    }
  }

  /** Shuts down the output without a close frame. */
  public void shutdownOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resets the connection, so that the server sees an error rather than the end of the stream. */
  public void closeAbruptly() {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    close();
  }

  /** Closes the socket without a close frame. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the socket, for example to set its buffer sizes. */
  public Socket socket() {
    return socket;
  }

  private static String shown(Optional<RawFrame> frame) {
    return frame.map(RawFrame::toString).orElse("the end of the stream");
  }
}
