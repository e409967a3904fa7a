package agentcore.core.transport;

import agentcore.core.connection.Connection;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Wire;
import agentcore.core.message.CloseCode;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.Handshakedata;
import org.java_websocket.protocols.IProtocol;
import org.java_websocket.protocols.Protocol;

/**
 * Java-WebSocket's protocol engine for one peer: bytes in, texts and control frames out.
 *
 * <p>Invariant: only the reader thread calls the engine, and no callback that the engine makes
 * inside its own monitor does anything but note a value. On JDK 21 a virtual thread that waits for
 * a lock inside a monitor keeps its carrier thread; with every carrier kept like that, no virtual
 * thread of the process would run again. So the engine decodes, and this class sends: it answers
 * pings itself, and moves the engine's close frame to the outbox when the call has returned.
 *
 * <p>{@link #close} may be called by any thread, also while the reader feeds the engine. The first
 * caller sets the code, and it alone sends a close frame; the outbox takes nothing behind it.
 */
final class Engine extends WebSocketAdapter implements Wire {
  /** So long may the end take, from the close frame to the end of the stream. */
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private static final Logger LOG = System.getLogger(Engine.class.getName());
  private static final int OPCODE = 0x0f;
  private static final int CLOSE_FRAME = 0x8;
  private static final int OPEN = 0;

  /** Our own where it is offered, else none. */
  private static final List<IProtocol> PROTOCOLS =
      List.of(new Protocol(Credentials.SUBPROTOCOL), new Protocol(""));

  private final Socket socket;
  private final Runnable cut;
  private final WebSocketImpl engine;
  private final FramePace pace = new FramePace();
  private final CountDownLatch written = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** The code that the connection ended with, {@link #OPEN} before its end. */
  private final AtomicInteger endCode = new AtomicInteger(OPEN);

  private volatile Optional<Connection> connection = Optional.empty();
  private volatile Optional<TextReceiver> receiver = Optional.empty();

  /** The code of the close frame that the engine made. For the reader thread only. */
  private int engineCode = CloseCode.PROTOCOL_ERROR.number();

  /** Takes the texts of one peer. */
  interface TextReceiver {
    void text(String text);

    /** Answers what is not answered yet, before anything else is done. */
    void settle();
  }

  /**
   * Makes an engine.
   *
   * @param cut ends the connection at once
   */
  Engine(Socket socket, Runnable cut, int maxMessageBytes) {
    this.socket = socket;
    this.cut = cut;
    this.engine =
        new WebSocketImpl(this, List.of(new Draft_6455(List.of(), PROTOCOLS, maxMessageBytes)));
  }

  /**
   * Answers the upgrade request.
   *
   * @return whether this is a WebSocket now
   */
  boolean upgrade(byte[] head) throws IOException {
    engine.decode(ByteBuffer.wrap(head));
    for (ByteBuffer b = engine.outQueue.poll(); b != null; b = engine.outQueue.poll()) {
      socket.getOutputStream().write(bytes(b));
    }
    return engine.isOpen();
  }

  /** Names the connection that this is the wire of; what the engine sends goes to its outbox. */
  void attach(Connection made) {
    connection = Optional.of(made);
  }

  void receiver(TextReceiver texts) {
    receiver = Optional.of(texts);
  }

  /**
   * Handles one whole frame. Blocks while the peer sends control frames or fragments too fast.
   *
   * @param isWholeMessage whether it is no fragment of a message
   */
  void feed(byte[] bytes, int at, int length, boolean isWholeMessage) {
    try {
      Optional<String> text = isWholeMessage ? WholeText.of(bytes, at, length) : Optional.empty();
      if (text.isPresent()) {
        receiver.ifPresent(r -> r.text(text.get()));
      } else {
        settle();
        if (keepsPace(bytes[at])) {
          decode(ByteBuffer.wrap(bytes, at, length));
        }
      }
    } catch (RuntimeException e) {
      failed(e, (bytes[at] & OPCODE) == CLOSE_FRAME);
    }
  }

  private boolean keepsPace(byte first) {
    switch (pace.take(first)) {
      case AT_ONCE -> {}
      case WAITED -> connection.ifPresent(Connection::heard); // though nothing was read meanwhile
      case TOO_MANY -> close(CloseCode.POLICY, "too many control frames or fragments");
    }
    return isOpen();
  }

  /** Ends the connection if the engine did: the only frame that it still makes is a close frame. */
  private void decode(ByteBuffer frame) {
    engine.decode(frame);
    for (ByteBuffer b = engine.outQueue.poll(); b != null; b = engine.outQueue.poll()) {
      end(engineCode, bytes(b));
    }
    if (!engine.isOpen()) { // its close frame could not be made
      close(CloseCode.PROTOCOL_ERROR, CloseCode.PROTOCOL_ERROR.reason());
    }
  }

  /** The engine throws where a close reason is no UTF-8. */
  private void failed(RuntimeException e, boolean onClose) {
    if (onClose) {
      close(CloseCode.INVALID_UTF8, CloseCode.INVALID_UTF8.reason());
    } else if (isOpen()) {
      LOG.log(Level.ERROR, "the engine failed", e);
      close(CloseCode.INTERNAL_ERROR, CloseCode.INTERNAL_ERROR.reason());
    }
  }

  /** Has what was received answered, as far as it is not. */
  void settle() {
    receiver.ifPresent(TextReceiver::settle);
  }

  boolean isOpen() {
    return endCode.get() == OPEN;
  }

  @Override
  public void onWebsocketMessage(WebSocket socket, String text) {
    receiver.ifPresent(r -> r.text(text));
  }

  @Override
  public void onWebsocketMessage(WebSocket socket, ByteBuffer bytes) {
    close(CloseCode.UNSUPPORTED_DATA, CloseCode.UNSUPPORTED_DATA.reason());
  }

  @Override
  public void onWebsocketPing(WebSocket socket, Framedata frame) {
    connection.ifPresent(c -> c.offerControl(Frame.pong(bytes(frame.getPayloadData()))));
  }

  /** Called inside the engine's monitor, as is closing: the frame waits in the engine's queue. */
  @Override
  public void onWriteDemand(WebSocket socket) {}

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void onWebsocketClosing(WebSocket socket, int code, String reason, boolean remote) {
    engineCode = code;
  }

  @Override
  public void close(CloseCode code, String reason) {
    end(code.number(), Frame.close(code.number(), reason));
  }

  /**
   * Begins the end where the stream ended without a close frame. A peer that can still hear us did
   * not mean to end: a proxy on the way did. So it gets a code after which clients come back. For
   * the reader thread, as the last call.
   *
   * @return the code that the connection ended with, the peer's or ours
   */
  int streamEnded() {
    end(CloseCode.ABNORMAL.number(), Frame.close(CloseCode.GOING_AWAY.number(), ""));
    return endCode.get();
  }

  private void end(int code, byte[] closeFrame) {
    if (endCode.compareAndSet(OPEN, code)) {
      connection.ifPresent(c -> c.finish(closeFrame));
      cutAfterTimeout();
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    socket.getOutputStream().write(bytes, offset, length);
  }

  @Override
  public void finished() {
    try {
      socket.shutdownOutput();
    } catch (IOException | UnsupportedOperationException e) {
      cut();
    }
    written.countDown();
  }

  @Override
  public void cut() {
    cut.run();
    written.countDown();
  }

  /** Waits until the close frame was written, or for as long as an end may take. */
  void awaitWritten() {
    await(written);
  }

  /** Notes that the reader has ended, so that nobody waits for it. */
  void ended() {
    ended.countDown();
  }

  private void cutAfterTimeout() {
    Thread.ofVirtual()
        .name("closer-" + connection.map(Connection::channel).orElse("?"))
        .start(
            () -> {
              await(ended);
              cut();
            });
  }

  private static void await(CountDownLatch latch) {
    try {
      var unused = latch.await(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onWebsocketOpen(WebSocket socket, Handshakedata d) {}

  @Override
  public void onWebsocketClose(WebSocket socket, int code, String reason, boolean remote) {}

  @Override
  public void onWebsocketCloseInitiated(WebSocket socket, int code, String reason) {}

  /** Hears of clients' faults, which the engine answers itself, and of what a receiver threw. */
  @Override
  public void onWebsocketError(WebSocket socket, Exception e) {
    if (e instanceof RuntimeException) {
      LOG.log(Level.ERROR, "handling a frame failed", e);
    }
  }

  @Override
  public InetSocketAddress getLocalSocketAddress(WebSocket ignored) {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public InetSocketAddress getRemoteSocketAddress(WebSocket ignored) {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }
}
