package agentcore.core.transport;

import agentcore.core.message.CloseCode;
import agentcore.core.metrics.LimitedLog;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.handshake.Handshakedata;

/**
 * Java-WebSocket's protocol engine: decodes the frames that {@link FrameDecoder} leaves to it, such
 * as fragments and close frames. It is created for the first of them. It performs no I/O and starts
 * no thread. For the reader thread only.
 *
 * <p>Invariant: a callback only stores a value, because the engine makes some of them inside its
 * own monitor. On JDK 21 to 23 a virtual thread that waits for a lock inside a monitor keeps its
 * carrier thread; once all carriers are kept like that, no virtual thread runs again.
 */
final class Engine extends WebSocketAdapter {
  private static final LimitedLog FAILURES =
      new LimitedLog(
          System.getLogger(Engine.class.getName()), "frames that the engine could not decode");
  private static final int OPCODE = 0x0f;
  private static final int CLOSE_FRAME = 0x8;

  /** A request that the engine accepts. The client's own was answered by {@link Handshake}. */
  static final byte[] HANDSHAKE =
      """
      GET / HTTP/1.1
      Host: x
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

      """
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final BiConsumer<Integer, byte[]> end;
  private final int maxMessageBytes;

  /** Created for the first frame that needs it, which most connections never send. */
  private Optional<WebSocketImpl> created = Optional.empty();

  /** The UTF-8 of a message that the current frame has completed. */
  private Optional<byte[]> message = Optional.empty();

  private boolean isBinary;
  private int closeCode = CloseCode.PROTOCOL_ERROR.number();

  /**
   * Creates the engine of a connection.
   *
   * @param end ends the connection with a code, and sends the engine's close frame
   */
  Engine(BiConsumer<Integer, byte[]> end, int maxMessageBytes) {
    this.end = end;
    this.maxMessageBytes = maxMessageBytes;
  }

  /** Creates the library's engine, which decodes frames only after a handshake. */
  private WebSocketImpl opened() {
    WebSocketImpl opened =
        new WebSocketImpl(this, List.of(new Draft_6455(List.of(), maxMessageBytes)));
    opened.decode(ByteBuffer.wrap(HANDSHAKE));
    opened.outQueue.clear();
    created = Optional.of(opened);
    return opened;
  }

  /**
   * Decodes one whole frame, and ends the connection if the engine answers it with a close frame.
   *
   * @return the UTF-8 of the text message that the frame completes
   * @throws CloseException if the frame ends the connection in another way
   */
  Optional<byte[]> decode(byte[] bytes, int at, int length) throws CloseException {
    WebSocketImpl engine = created.orElseGet(this::opened);
    try {
      engine.decode(ByteBuffer.wrap(bytes, at, length));
    } catch (RuntimeException e) {
      throw failed(e, (bytes[at] & OPCODE) == CLOSE_FRAME);
    }
    ByteBuffer closeFrame = engine.outQueue.poll(); // the engine writes no other frames
    if (closeFrame != null) {
      end.accept(closeCode, bytes(closeFrame));
    } else if (isBinary || !engine.isOpen()) {
      throw new CloseException(isBinary ? CloseCode.UNSUPPORTED_DATA : CloseCode.PROTOCOL_ERROR);
    }
    Optional<byte[]> completed = message;
    message = Optional.empty(); // an idle connection must not keep its last message
    return completed;
  }

  /** The engine throws if the reason of a close frame is not UTF-8. */
  private static CloseException failed(RuntimeException e, boolean onCloseFrame) {
    if (onCloseFrame) {
      return new CloseException(CloseCode.INVALID_UTF8);
    }
    FAILURES.error("the engine failed", e);
    return new CloseException(CloseCode.INTERNAL_ERROR);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void onWebsocketMessage(WebSocket socket, String text) {
    message = Optional.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void onWebsocketMessage(WebSocket socket, ByteBuffer bytes) {
    isBinary = true;
  }

  /** Called inside the engine's monitor. */
  @Override
  public void onWebsocketClosing(WebSocket socket, int code, String reason, boolean remote) {
    closeCode = code;
  }

  /** Called inside the engine's monitor; the frame waits in {@code outQueue}. */
  @Override
  public void onWriteDemand(WebSocket socket) {}

  @Override
  public void onWebsocketOpen(WebSocket socket, Handshakedata request) {}

  @Override
  public void onWebsocketClose(WebSocket socket, int code, String reason, boolean remote) {}

  @Override
  public void onWebsocketCloseInitiated(WebSocket socket, int code, String reason) {}

  /** Reports a client's error, which the engine answers with a close frame. */
  @Override
  public void onWebsocketError(WebSocket socket, Exception e) {}

  @Override
  public InetSocketAddress getLocalSocketAddress(WebSocket socket) {
    throw new UnsupportedOperationException("the engine has no socket");
  }

  @Override
  public InetSocketAddress getRemoteSocketAddress(WebSocket socket) {
    throw new UnsupportedOperationException("the engine has no socket");
  }
}
