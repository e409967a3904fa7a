package agentcore.core.transport;

import agentcore.core.connection.Connection;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Wire;
import agentcore.core.message.CloseCode;
import agentcore.core.socket.PeerSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The way out to one WebSocket client, and how its connection ends.
 *
 * <pre>
 *   open --(close code set, close frame queued)--> closing --(frame written)--> output shut down
 *                                                     |                              |
 *                                                     +--(CLOSE_TIMEOUT)--> cut <----+
 * </pre>
 *
 * <p>Any thread may end the connection, also while the reader handles a frame. The first caller
 * sets the code, and only that caller queues a close frame; the outbox accepts nothing after it.
 */
final class SocketWire implements Wire {
  private static final int OPEN = 0;

  private final PeerSocket socket;
  private final Duration closeTimeout;
  private final Connection connection;
  private final CountDownLatch written = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** The code that the connection ended with, {@link #OPEN} until then. */
  private final AtomicInteger endCode = new AtomicInteger(OPEN);

  /** Ends the connection with a code, because of what the client sent. */
  static final class CloseException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient CloseCode code;

    CloseException(CloseCode code) {
      this(code, code.reason());
    }

    CloseException(CloseCode code, String reason) {
      super(reason, null, false, false);
      this.code = code;
    }

    CloseCode code() {
      return code;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Creates a wire together with its connection.
   *
   * @param closeTimeout the longest time from the close frame to the end of the stream
   * @param connect creates the connection that writes to the given wire
   */
  SocketWire(PeerSocket socket, Duration closeTimeout, Function<Wire, Connection> connect) {
    this.socket = socket;
    this.closeTimeout = closeTimeout;
    this.connection = connect.apply(this);
  }

  Connection connection() {
    return connection;
  }

  boolean isOpen() {
    return endCode.get() == OPEN;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    socket.write(bytes, offset, length);
  }

  @Override
  public boolean canTryToWrite() {
    return socket.canTryToWrite();
  }

  @Override
  public int tryWrite(byte[] bytes, int offset, int length) throws IOException {
    return socket.tryWrite(bytes, offset, length);
  }

  @Override
  public void close(CloseCode code, String reason) {
    end(code.number(), Frame.close(code.number(), reason));
  }

  /**
   * Ends the connection if it has not been ended yet. Never blocks.
   *
   * @param code the code with which the connection ended
   * @param closeFrame the frame that the client receives
   */
  void end(int code, byte[] closeFrame) {
    if (endCode.compareAndSet(OPEN, code)) {
      connection.finish(closeFrame);
      Thread.ofVirtual().name("closer-" + connection.channel()).start(this::cutAfterTimeout);
    }
  }

  private void cutAfterTimeout() {
    await(ended);
    cut();
  }

  /** Called by the outbox when the close frame has been written. */
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
    socket.cut();
    written.countDown();
  }

  /**
   * Ends the connection after the reader's last read, and waits until the close frame is written.
   * If the stream ended without a close frame, a proxy may have ended it, and the client may still
   * read: GOING_AWAY tells the client to reconnect.
   *
   * @return the code with which the connection ended, from the client or from this server
   */
  int streamEnded() {
    end(CloseCode.ABNORMAL.number(), Frame.close(CloseCode.GOING_AWAY.number(), ""));
    await(written);
    ended.countDown();
    return endCode.get();
  }

  private void await(CountDownLatch latch) {
    try {
      var unused = latch.await(closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
