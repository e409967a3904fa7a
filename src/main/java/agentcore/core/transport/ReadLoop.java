package agentcore.core.transport;

import agentcore.core.connection.ByteBudget;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Flusher;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Liveness;
import agentcore.core.dispatch.ConnectionSession;
import agentcore.core.dispatch.Dispatcher;
import agentcore.core.message.CloseCode;
import agentcore.core.metrics.LimitedLog;
import agentcore.core.socket.PeerSocket;
import agentcore.core.socket.PolledSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads the frames of one WebSocket and passes its messages to the dispatcher.
 *
 * <pre>{@code
 * socket --> ReadBuffer --> FrameDecoder --(a text message)--> Dispatcher
 *                               |   |                              ^
 *                               |   +--(a ping)--> outbox          |
 *                               +--(other frames)--> Engine --(the text of fragments)
 *                                                      +--(close)--> outbox
 * }</pre>
 *
 * <p>Invariant: only this thread reads from the socket, and it handles the bytes it has read before
 * it reads more. A client that sends faster than it is served is slowed down by TCP.
 */
final class ReadLoop {
  /**
   * After this many frames other threads may run; a buffer can contain thousands of small frames.
   */
  private static final int FRAMES_PER_TURN = 256;

  /** A large message is in a buffer of up to twice its size, then a text, then fields. */
  private static final long COPIES = 4;

  /** Up to this size, an unfinished message is not charged. */
  private static final int SMALL_BYTES = 512;

  private static final LimitedLog DEFECTS =
      new LimitedLog(System.getLogger(ReadLoop.class.getName()), "frames that failed");

  private final PeerSocket socket;
  private final Connection connection;
  private final Liveness liveness;
  private final Engine engine;
  private final Dispatcher dispatcher;
  private final ConnectionSession session;
  private final ByteBudget budget;
  private final Flusher flusher;
  private final FrameDecoder decoder;
  private final ReadBuffer buffer = new ReadBuffer();
  private final FramePace pace = new FramePace();
  private long chargedBytes;

  /** Counted over all reads: over TLS each read may return only a few. */
  private int frames;

  ReadLoop(
      Listener listener,
      PeerSocket socket,
      Connection connection,
      Dispatcher dispatcher,
      ConnectionSession session) {
    int maxMessageBytes = listener.limits.maxMessageBytes();
    this.socket = socket;
    this.connection = connection;
    this.liveness = connection.liveness();
    this.engine = new Engine(connection::finish, maxMessageBytes);
    this.dispatcher = dispatcher;
    this.session = session;
    this.budget = listener.receiveBudget;
    this.flusher = listener.manager.registry().flusher();
    this.decoder = new FrameDecoder(maxMessageBytes);
  }

  /**
   * Reads until the stream ends or the connection is closed, by either side. It waits in this
   * method itself, because each stack frame of an idle connection takes memory.
   */
  void run() throws IOException {
    try {
      liveness.received();
      buffer.append(socket.takeUnread());
      handleFrames(); // not in a turn: these bytes may have arrived long ago
      boolean hasInput = true;
      while (hasInput && !connection.hasEnded()) {
        buffer.trim();
        byte[] received = socket.read(Duration.ZERO);
        hasInput = received.length > 0;
        if (hasInput) {
          handle(received);
        }
      }
    } catch (IOException cut) {
      if (!connection.hasEnded()) { // else this server has cut a client that did not end the stream
        throw cut;
      }
    } finally {
      budget.give(chargedBytes);
    }
  }

  private void handle(byte[] received) {
    if (received.length >= PolledSocket.MAX_CHUNK_BYTES) {
      letOthersRun(); // more is probably waiting
    }
    buffer.append(received);
    liveness.received();
    flusher.begin();
    try {
      handleFrames();
    } finally {
      flusher.end(socket.waitedNanos());
    }
  }

  /** Virtual threads are not preempted, so a reader that always has more to do must yield. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void letOthersRun() {
    Thread.yield();
  }

  private void handleFrames() {
    try {
      int length = nextFrame();
      while (length > 0 && !connection.hasEnded()) {
        int at = buffer.start();
        buffer.skip(length);
        handle(buffer.bytes(), at, length);
        if (++frames % FRAMES_PER_TURN == 0) {
          letOthersRun();
        }
        length = nextFrame();
      }
      dispatcher.settle(session);
      charge();
    } catch (CloseException violation) {
      dispatcher.settle(session);
      connection.close(violation.code(), violation.reason());
    } catch (RuntimeException defect) { // the dispatcher handles what a consumer throws
      DEFECTS.error("handling a frame failed connection=" + connection, defect);
      connection.close(CloseCode.INTERNAL_ERROR);
    }
  }

  private int nextFrame() throws CloseException {
    return decoder.next(buffer.bytes(), buffer.start(), buffer.end());
  }

  private void handle(byte[] bytes, int at, int length) throws CloseException {
    if (decoder.isText(bytes, at)) {
      receive(bytes, FrameDecoder.unmask(bytes, at, length), at + length);
      return;
    }
    dispatcher.settle(session);
    if (!pace.await(bytes[at])) {
      throw new CloseException(CloseCode.POLICY, "too many control frames or fragments");
    }
    liveness.received(); // nothing was read while it waited
    if (connection.hasEnded() || FrameDecoder.isPong(bytes, at)) {
      return;
    }
    Optional<byte[]> ping = FrameDecoder.ping(bytes, at, length);
    if (ping.isPresent()) {
      connection.offerControl(Frame.pong(ping.get()));
    } else {
      Optional<byte[]> message = engine.decode(bytes, at, length);
      if (message.isPresent()) {
        receive(message.get(), 0, message.get().length);
      }
    }
  }

  private void receive(byte[] bytes, int from, int to) throws CloseException {
    if (!dispatcher.receive(session, bytes, from, to)) {
      throw new CloseException(CloseCode.INVALID_UTF8);
    }
  }

  /** Charges the memory of an unfinished message to the budget that all connections share. */
  private void charge() {
    int waiting = buffer.end() - buffer.start();
    long due = decoder.unfinishedCost() + (waiting > SMALL_BYTES ? waiting * COPIES : 0);
    if (due <= chargedBytes) {
      budget.give(chargedBytes - due);
      chargedBytes = due;
    } else if (budget.tryTake(due - chargedBytes)) {
      chargedBytes = due;
    } else {
      connection.close(CloseCode.TRY_AGAIN_LATER, "too many unfinished messages");
    }
  }
}
