package agentcore.core.socket;

import agentcore.core.metrics.LimitedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A platform thread that watches the sockets of many peers. It reads the bytes that arrive from a
 * peer and wakes the peer's thread, and it wakes the thread that waits to write to a peer.
 *
 * <p>The JDK does the same for a virtual thread that blocks in a read, but it adds the socket to
 * its epoll set again for each read, and it has no write that returns instead of blocking.
 */
public final class Poller implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final LimitedLog FAILURES =
      new LimitedLog(System.getLogger(Poller.class.getName()), "polls that failed");

  /**
   * The turn of a reader that is busy for longer is ended. In a room with 100 messages a second the
   * next message arrives earlier, so nothing else has to wake the poller.
   */
  private static final int TURN_MILLIS = 10;

  static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS);

  private final Selector selector = Selector.open();
  private final Thread thread = Thread.ofPlatform().name("poller").unstarted(this::run);

  /** The sockets whose readers may be busy. Used by the poller's thread, as are the next two. */
  private final List<PolledSocket> busy = new ArrayList<>();

  private long checkedNanos;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(PolledSocket.MAX_CHUNK_BYTES);

  /**
   * Creates a poller; {@link #start} starts its thread.
   *
   * @throws IOException if the system cannot open another file
   */
  public Poller() throws IOException {}

  /**
   * Creates one poller for every four processors: receiving is a small part of the work.
   *
   * @throws IOException if the system cannot open another file
   */
  public static List<Poller> forAllProcessors() throws IOException {
    List<Poller> pollers = new ArrayList<>();
    try {
      do {
        pollers.add(new Poller());
      } while (pollers.size() * 4 < Runtime.getRuntime().availableProcessors());
      return pollers;
    } catch (Throwable failed) {
      pollers.forEach(Poller::close);
      throw failed;
    }
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Watches a socket for input from now on. */
  void register(SocketChannel channel, PolledSocket socket) throws IOException {
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, socket);
    wakeUp();
  }

  /** Watches a registered socket for an operation, in addition to others. */
  void watchFor(SocketChannel channel, int operation) throws IOException {
    SelectionKey key = channel.keyFor(selector);
    try {
      if (key == null) {
        throw new ClosedChannelException();
      }
      key.interestOpsOr(operation);
    } catch (CancelledKeyException closed) {
      throw new ClosedChannelException();
    }
    wakeUp();
  }

  /** Makes a changed interest or a closed socket take effect. */
  void wakeUp() {
    selector.wakeup();
  }

  private void run() {
    while (selector.isOpen()) {
      try {
        selector.select(this::ready, busy.isEmpty() ? 0 : TURN_MILLIS);
        endLongTurns();
      } catch (Throwable defect) {
        if (selector.isOpen()) {
          report(defect);
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }
  }

  @SuppressWarnings("EmptyCatch")
  private static void report(Throwable defect) {
    try {
      FAILURES.error("a poll failed", defect);
    } catch (Throwable unreported) {
      // this thread must not end
    }
  }

  /** Checks from now on how long the reader of a socket is busy. */
  void watch(PolledSocket socket) {
    busy.add(socket);
  }

  private void endLongTurns() {
    long now = System.nanoTime();
    if (!busy.isEmpty() && now - checkedNanos >= TURN_NANOS / 2) {
      checkedNanos = now;
      busy.removeIf(socket -> !socket.endLongTurn(now));
    }
  }

  private void ready(SelectionKey key) {
    PolledSocket socket = (PolledSocket) key.attachment();
    try {
      socket.ready(key, buffer);
    } catch (Throwable failure) { // for example, no memory for the bytes, which are lost
      socket.cut(); // first, since memory may be short
      boolean isLost = failure instanceof IOException || failure instanceof CancelledKeyException;
      if (!isLost) {
        report(failure);
      }
    }
  }

  /** Ends the thread. The sockets must be closed. */
  @Override
  public void close() {
    try {
      selector.close();
      thread.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      FAILURES.error("closing a selector failed", e);
    }
  }
}
