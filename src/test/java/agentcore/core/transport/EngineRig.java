package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.connection.Connection;
import agentcore.core.connection.Frame;
import agentcore.core.http.HttpRequest;
import agentcore.core.socket.SocketPair;
import agentcore.testkit.RawFrame;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** An engine and a connection over a real socket, and the frames that a test feeds to them. */
final class EngineRig implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 100_000;
  static final Map<String, byte[]> FRAMES =
      Map.of(
          "ping", RawFrame.ping("beat").encode(),
          "close", RawFrame.close(1000, "bye").encode(),
          "close without a code", RawFrame.of(RawFrame.CLOSE, new byte[0]).encode(),
          "close with a forbidden code", RawFrame.close(1006, "").encode(),
          "close with a reason that is not UTF-8", HexFormat.of().parseHex("88830000000003e8ff"),
          "reserved bit", HexFormat.of().parseHex("c98000000000"),
          "unknown opcode", HexFormat.of().parseHex("838000000000"),
          "binary", RawFrame.of(RawFrame.BINARY, new byte[] {1}).encode(),
          "text that is not UTF-8", HexFormat.of().parseHex("818100000000ff"),
          "continuation of nothing", RawFrame.of(RawFrame.CONTINUATION, new byte[0]).encode());

  private final SocketPair sockets = new SocketPair();
  private final Engine engine;
  private final Connection connection;

  EngineRig() throws IOException, HttpException {
    String head =
        """
        GET /ws/a HTTP/1.1
        Host: x
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Sec-WebSocket-Version: 13

        """
            .replace("\n", "\r\n");
    HttpRequest request = RequestReader.parse(head.getBytes(StandardCharsets.US_ASCII));
    byte[] response = Handshake.response(request);
    sockets.server().write(response, 0, response.length);
    connection = sockets.registry().create("a", sockets.server());
    engine = new Engine(connection::finish, MAX_MESSAGE_BYTES);
  }

  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws IOException {
    sockets.close();
  }

  /** Handles a frame as {@link ReadLoop} does. */
  void feed(byte[] frame) {
    Optional<byte[]> ping = FrameDecoder.ping(frame, 0, frame.length);
    if (ping.isPresent()) {
      connection.offerControl(Frame.pong(ping.get()));
      return;
    }
    try {
      assertEquals(Optional.empty(), engine.decode(frame.clone(), 0, frame.length));
    } catch (CloseException violation) {
      connection.close(violation.code(), violation.reason());
    }
  }

  /** Reads until the server ends the stream; returns the frames after the handshake. */
  List<RawFrame> frames() throws IOException {
    byte[] all = sockets.client().getInputStream().readAllBytes();
    String text = new String(all, StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n") + 4;
    ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOfRange(all, head, all.length));
    List<RawFrame> frames = new ArrayList<>();
    for (Optional<RawFrame> frame = RawFrame.decode(bytes);
        frame.isPresent();
        frame = RawFrame.decode(bytes)) {
      frames.add(frame.get());
    }
    return frames;
  }

  private static <T> T field(Object owner, String name, Class<T> type) throws Exception {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return type.cast(field.get(owner));
  }

  ReentrantLock outboxLock() throws Exception {
    Object outbox = field(connection, "outbox", Object.class);
    return field(outbox, "lock", ReentrantLock.class);
  }
}
