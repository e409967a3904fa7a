package agentcore.core.transport;

import agentcore.core.connection.Frame;
import agentcore.core.http.HttpRequest;
import agentcore.core.message.CloseCode;
import agentcore.core.metrics.LimitedLog;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.Handshakedata;
import org.java_websocket.protocols.IProtocol;
import org.java_websocket.protocols.Protocol;

/**
 * Java-WebSocket's protocol engine: answers the upgrade, then decodes the frames that {@link
 * FrameDecoder} leaves to it. It performs no I/O and starts no thread. For the reader thread only.
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
  private static final Result NOTHING = new Nothing();

  /** Our subprotocol if the client offers it, else none. */
  private static final List<IProtocol> PROTOCOLS =
      List.of(new Protocol(Handshake.SUBPROTOCOL), new Protocol(""));

  private final WebSocketImpl engine;
  private Result result = NOTHING;
  private int closeCode = CloseCode.PROTOCOL_ERROR.number();

  /** What a frame asks for. */
  sealed interface Result {}

  /** A frame that needs no action, such as a fragment that does not complete its message. */
  record Nothing() implements Result {}

  /** The frame completed a text message. */
  record Text(String text) implements Result {}

  /** The frame is a ping, to be answered with a pong of the same payload. */
  record Ping(byte[] payload) implements Result {}

  /** The frame ends the connection: it is a close frame, or an error. */
  record Close(int code, byte[] closeFrame) implements Result {
    static Close of(CloseCode code) {
      return new Close(code.number(), Frame.close(code.number(), code.reason()));
    }
  }

  Engine(int maxMessageBytes) {
    this.engine =
        new WebSocketImpl(this, List.of(new Draft_6455(List.of(), PROTOCOLS, maxMessageBytes)));
  }

  /**
   * Answers an upgrade request that {@link Handshake#check} has accepted. The engine receives only
   * the headers that it needs: a library should not parse, keep or log a client's token.
   *
   * @return whether the connection is a WebSocket now
   */
  boolean upgrade(HttpRequest request, OutputStream out) throws IOException {
    String protocol =
        request.elements("sec-websocket-protocol").contains(Handshake.SUBPROTOCOL)
            ? "Sec-WebSocket-Protocol: " + Handshake.SUBPROTOCOL + "\r\n"
            : "";
    String head =
        "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + request.header("sec-websocket-key").orElse("")
            + "\r\n"
            + protocol
            + "\r\n";
    engine.decode(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    for (ByteBuffer b = engine.outQueue.poll(); b != null; b = engine.outQueue.poll()) {
      out.write(bytes(b));
    }
    return engine.isOpen();
  }

  /** Decodes one whole frame. */
  Result decode(byte[] bytes, int at, int length) {
    result = NOTHING;
    try {
      engine.decode(ByteBuffer.wrap(bytes, at, length));
    } catch (RuntimeException e) {
      return failed(e, (bytes[at] & OPCODE) == CLOSE_FRAME);
    }
    ByteBuffer closeFrame = engine.outQueue.poll(); // the engine writes no other frames
    if (closeFrame != null) {
      return new Close(closeCode, bytes(closeFrame));
    }
    Result decoded = engine.isOpen() ? result : Close.of(CloseCode.PROTOCOL_ERROR);
    result = NOTHING; // an idle connection must not keep its last text
    return decoded;
  }

  /** The engine throws if the reason of a close frame is not UTF-8. */
  private static Close failed(RuntimeException e, boolean onCloseFrame) {
    if (onCloseFrame) {
      return Close.of(CloseCode.INVALID_UTF8);
    }
    FAILURES.error("the engine failed", e);
    return Close.of(CloseCode.INTERNAL_ERROR);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void onWebsocketMessage(WebSocket socket, String text) {
    result = new Text(text);
  }

  @Override
  public void onWebsocketMessage(WebSocket socket, ByteBuffer bytes) {
    result = Close.of(CloseCode.UNSUPPORTED_DATA);
  }

  @Override
  public void onWebsocketPing(WebSocket socket, Framedata frame) {
    result = new Ping(bytes(frame.getPayloadData()));
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
