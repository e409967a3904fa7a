package agentcore.core.socket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A socket without TLS, which a {@link Poller} watches. Its threads wait by parking.
 *
 * <pre>{@code
 * poller: bytes arrive -> chunk, wake the reader     reader: take the chunk, or park
 *         chunk not taken yet -> pause               reader: took it -> resume
 * }</pre>
 *
 * <p>At most one chunk is read ahead of the reader, so a client that sends faster than it is served
 * is slowed down by TCP.
 */
public final class PolledSocket extends PeerSocket {
  /** The most bytes of one read. */
  public static final int MAX_CHUNK_BYTES = 16 * 1024;

  private final SocketChannel channel;
  private final Poller poller;
  private final Predicate<Thread> endTurn;

  /** The bytes that the reader has not taken yet; the poller fills it only while it is empty. */
  private volatile byte[] chunk = NOTHING;

  private volatile boolean isEnded;

  /** The poller does not wait for input, because the last chunk has not been taken. */
  private final AtomicBoolean isPaused = new AtomicBoolean();

  private final Waiter reader = new Waiter();
  private final Waiter writer = new Waiter();
  private volatile boolean isWritable;

  /** When the poller put the chunk there, or when the reader took it. */
  private volatile long turnStartNanos;

  private long waitedNanos;

  /** Whether the poller checks how long the reader is busy. Used only by the poller's thread. */
  private boolean isWatched;

  /** A thread that may park in this socket. {@link #wake} unparks it only while it waits here. */
  private static final class Waiter {
    private volatile Thread thread = Thread.currentThread();
    private volatile boolean isWaiting;

    void wake() {
      if (isWaiting) {
        LockSupport.unpark(thread);
      }
    }
  }

  /**
   * Creates the socket of a peer.
   *
   * @param accepted from the socket of a {@link java.nio.channels.ServerSocketChannel}
   * @param endTurn ends the turn of a reader that has been busy for at least ten milliseconds;
   *     false also if it has not begun yet. Called by the poller's thread, until it returns true
   */
  public PolledSocket(
      Socket accepted, Duration closeTimeout, Poller poller, Predicate<Thread> endTurn) {
    super(accepted, closeTimeout);
    this.channel = accepted.getChannel();
    this.poller = poller;
    this.endTurn = endTurn;
  }

  @Override
  public void open(Duration timeout) throws IOException {
    configure();
    poller.register(channel, this);
  }

  /** Called by the poller's thread. */
  void ready(SelectionKey ready, ByteBuffer buffer) throws IOException {
    if (ready.isWritable()) {
      ready.interestOpsAnd(~SelectionKey.OP_WRITE);
      isWritable = true;
      writer.wake();
    }
    if (!ready.isReadable()) {
      return;
    }
    if (chunk.length == 0) {
      receive(ready, buffer.clear());
      return;
    }
    ready.interestOpsAnd(~SelectionKey.OP_READ);
    isPaused.set(true);
    if (chunk.length == 0 && isPaused.compareAndSet(true, false)) {
      ready.interestOpsOr(SelectionKey.OP_READ); // the reader took the chunk before the pause
    }
  }

  private void receive(SelectionKey ready, ByteBuffer buffer) throws IOException {
    int n = channel.read(buffer);
    turnStartNanos = System.nanoTime();
    if (n < 0) {
      ready.interestOpsAnd(~SelectionKey.OP_READ);
      isEnded = true;
    } else {
      byte[] bytes = new byte[n];
      buffer.flip().get(bytes);
      chunk = bytes;
    }
    reader.wake();
    if (!isWatched) {
      isWatched = true;
      poller.watch(this);
    }
  }

  /**
   * Ends the reader's turn if it takes too long. Called by the poller's thread.
   *
   * @return whether the poller must call this again
   */
  boolean endLongTurn(long nowNanos) {
    // Read before turnStartNanos: the reader sets turnStartNanos before it clears chunk.
    boolean hasNext = chunk.length > 0;
    boolean isBusy = hasNext || !reader.isWaiting;
    boolean isLong = nowNanos - turnStartNanos >= Poller.TURN_NANOS;
    boolean hasEnded = isBusy && isLong && endTurn.test(reader.thread);
    isWatched = channel.isOpen() && (hasNext || (isBusy && !hasEnded));
    return isWatched;
  }

  @Override
  public byte[] read(Duration timeout) throws IOException {
    reader.thread = Thread.currentThread();
    if (chunk.length == 0 && !isEnded) {
      long deadlineNanos = timeout.isZero() ? 0 : System.nanoTime() + timeout.toNanos();
      reader.isWaiting = true;
      try { // inline: a separate method would add a stack frame to every idle connection
        while (chunk.length == 0 && !isEnded) {
          requireOpen();
          if (timeout.isZero()) {
            LockSupport.park();
          } else {
            parkUntil(deadlineNanos, timeout);
          }
        }
      } finally {
        reader.isWaiting = false;
      }
    }
    return takeChunk();
  }

  private static void parkUntil(long deadlineNanos, Duration timeout)
      throws SocketTimeoutException {
    long leftNanos = deadlineNanos - System.nanoTime();
    if (leftNanos <= 0) {
      throw new SocketTimeoutException("no input within " + timeout);
    }
    LockSupport.parkNanos(leftNanos);
  }

  private byte[] takeChunk() throws IOException {
    byte[] taken = chunk;
    if (taken.length > 0) {
      long now = System.nanoTime();
      waitedNanos = now - turnStartNanos;
      turnStartNanos = now;
      chunk = NOTHING;
      if (isPaused.get() && isPaused.compareAndSet(true, false)) {
        poller.watchFor(channel, SelectionKey.OP_READ);
      }
    }
    return taken;
  }

  @Override
  public long waitedNanos() {
    return waitedNanos;
  }

  private void requireOpen() throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException();
    }
  }

  @Override
  public boolean canTryToWrite() {
    return true;
  }

  @Override
  public int tryWrite(byte[] bytes, int offset, int length) throws IOException {
    return channel.write(ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int written = tryWrite(bytes, offset, length);
    while (written < length) {
      awaitWritable();
      written += tryWrite(bytes, offset + written, length - written);
    }
  }

  private void awaitWritable() throws IOException {
    isWritable = false;
    writer.thread = Thread.currentThread();
    writer.isWaiting = true;
    try {
      poller.watchFor(channel, SelectionKey.OP_WRITE);
      while (!isWritable) {
        requireOpen();
        LockSupport.park(this);
      }
    } finally {
      writer.isWaiting = false;
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void cut() {
    super.cut();
    poller.wakeUp();
    reader.wake();
    writer.wake();
  }
}
