package agentcore.core.socket;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One accepted socket. One thread reads from it, and one at a time writes to it. */
public abstract class PeerSocket {
  /** No bytes: the end of the stream. */
  public static final byte[] NOTHING = new byte[0];

  /**
   * The size of the kernel's send buffer. Left alone, the kernel lets it grow to several MB per
   * connection, which no budget counts and which hides whether a slow peer still reads.
   */
  private static final int SEND_BUFFER_BYTES = 256 * 1024;

  private static final Logger LOG = System.getLogger(PeerSocket.class.getName());

  final Socket accepted;
  private final Duration closeTimeout;
  private byte[] unread = NOTHING;

  /** A step that may block in I/O. */
  @FunctionalInterface
  public interface Step {
    /**
     * Runs the step.
     *
     * @throws IOException if it fails
     */
    void run() throws IOException;
  }

  /**
   * Creates the socket of a peer.
   *
   * @param closeTimeout for the peer to end the stream when this side has ended it
   */
  protected PeerSocket(Socket accepted, Duration closeTimeout) {
    this.accepted = accepted;
    this.closeTimeout = closeTimeout;
  }

  /**
   * Makes the socket ready for reading and writing. Called once, by the thread that will read.
   *
   * @param timeout for the TLS handshake, if there is one
   * @throws IOException if the connection is lost, or the TLS handshake fails or takes too long
   */
  public abstract void open(Duration timeout) throws IOException;

  /**
   * Returns the bytes that have arrived; waits until there are some. Empty at the end of the
   * stream.
   *
   * @param timeout zero waits without a limit
   * @throws java.net.SocketTimeoutException if nothing arrived in time
   * @throws IOException if the connection is lost
   */
  public abstract byte[] read(Duration timeout) throws IOException;

  /**
   * Returns how long the bytes of the last read had waited for the reader; 0 if that is not known.
   * For the reading thread.
   */
  public long waitedNanos() {
    return 0;
  }

  /** Keeps bytes that were read too early for {@link #takeUnread}. For the reading thread. */
  public final void unread(byte[] bytes) {
    unread = bytes;
  }

  /** Returns and removes the bytes that {@link #unread} keeps. */
  public final byte[] takeUnread() {
    byte[] taken = unread;
    unread = NOTHING;
    return taken;
  }

  /**
   * Writes all of the bytes; blocks while the peer does not read.
   *
   * @throws IOException if the connection is lost
   */
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;

  /** Returns whether {@link #tryWrite} can write anything: with TLS it cannot. */
  public boolean canTryToWrite() {
    return false;
  }

  /**
   * Writes as many bytes as the peer accepts now, and returns their number.
   *
   * @throws IOException if the connection is lost
   */
  public int tryWrite(byte[] bytes, int offset, int length) throws IOException {
    return 0;
  }

  /**
   * Ends the stream to the peer.
   *
   * @throws IOException if the connection is lost
   */
  public abstract void shutdownOutput() throws IOException;

  /** Returns the address of the peer. */
  public InetAddress address() {
    return accepted.getInetAddress();
  }

  final void configure() throws IOException {
    accepted.setTcpNoDelay(true);
    accepted.setSendBufferSize(SEND_BUFFER_BYTES);
  }

  /**
   * Runs a step and cuts the socket if it takes too long. A write has no timeout of its own, and
   * the read timeout of a TLS handshake starts again with every byte.
   *
   * @throws IOException from the step
   */
  public final void within(Duration timeout, Step step) throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    Thread.ofVirtual().name("deadline").start(() -> cutUnless(done, timeout));
    try {
      step.run();
    } finally {
      done.countDown();
    }
  }

  /** Waits for {@code done}, and cuts the socket if it is not reached within the close timeout. */
  public final void cutUnless(CountDownLatch done) {
    cutUnless(done, closeTimeout);
  }

  private void cutUnless(CountDownLatch done, Duration timeout) {
    try {
      if (!done.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        cut();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Reads and discards input until the peer ends the stream. Closing a socket with unread input
   * sends a reset, which can destroy data that the peer has not read yet.
   *
   * @throws IOException if the stream has not ended after the close timeout, or was cut
   */
  public final void discardInput(long maxBytes) throws IOException {
    long deadlineNanos = System.nanoTime() + closeTimeout.toNanos();
    Duration left = closeTimeout;
    long discarded = 0;
    while (left.isPositive() && discarded < maxBytes) {
      int n = read(left).length;
      if (n == 0) {
        return;
      }
      discarded += n;
      left = Duration.ofNanos(deadlineNanos - System.nanoTime());
    }
  }

  /**
   * Ends the connection at once. Any thread. It closes the accepted socket, because closing a TLS
   * socket first waits for a blocked write.
   */
  public void cut() {
    try {
      accepted.close();
    } catch (IOException e) {
      LOG.log(Level.TRACE, "closing a socket failed: {0}", e.getMessage());
    }
  }
}
