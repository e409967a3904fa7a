package agentcore.core.transport;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/** One accepted socket, with TLS on top of it once {@link #secure} has returned. */
final class PeerSocket {
  /**
   * The size of the kernel's send buffer. Left alone, the kernel lets it grow to several MB per
   * connection, which no budget counts and which hides whether a slow peer still reads.
   */
  private static final int SEND_BUFFER_BYTES = 256 * 1024;

  private static final Logger LOG = System.getLogger(PeerSocket.class.getName());

  private final Socket accepted;
  private Socket socket;

  /** A step that may block in I/O. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  PeerSocket(Socket accepted) {
    this.accepted = accepted;
    this.socket = accepted;
  }

  void configure() throws IOException {
    accepted.setTcpNoDelay(true);
    accepted.setSendBufferSize(SEND_BUFFER_BYTES);
  }

  /**
   * Performs the TLS handshake. Blocks.
   *
   * @throws IOException if it fails or takes longer than {@code timeout}
   */
  void secure(Tls tls, Duration timeout) throws IOException {
    SSLSocket secure = tls.wrap(accepted);
    within(timeout, secure::startHandshake);
    socket = secure;
  }

  /** Returns the socket to read from and write to. */
  Socket socket() {
    return socket;
  }

  /**
   * Runs a step and cuts the socket if it takes too long. A write has no timeout of its own, and
   * the read timeout of a TLS handshake starts again with every byte.
   */
  void within(Duration timeout, Step step) throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    Thread.ofVirtual().name("deadline").start(() -> cutUnless(done, timeout));
    try {
      step.run();
    } finally {
      done.countDown();
    }
  }

  /**
   * Reads and discards what the peer still sends until it ends the stream. Closing a socket with
   * unread input sends a reset, which can destroy what the peer has not read yet.
   *
   * @throws IOException if the stream has not ended after {@code timeout}, or was cut
   */
  void discardInput(Duration timeout, long maxBytes) throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    byte[] trash = new byte[4096];
    long leftMillis = timeout.toMillis();
    long discarded = 0;
    while (leftMillis > 0 && discarded < maxBytes) {
      socket.setSoTimeout((int) Math.min(leftMillis, Integer.MAX_VALUE));
      int n = socket.getInputStream().read(trash);
      if (n < 0) {
        return;
      }
      discarded += n;
      leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
    }
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
   * Ends the connection at once. Any thread. It closes the accepted socket, because closing a TLS
   * socket first waits for a blocked write.
   */
  void cut() {
    try {
      accepted.close();
    } catch (IOException e) {
      LOG.log(Level.TRACE, "closing a socket failed: {0}", e.getMessage());
    }
  }
}
