package agentcore.core.transport;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A bound port and the platform thread that accepts sockets from it.
 *
 * <p>The thread survives every failure, such as running out of open files: it tries again ten times
 * a second. A series of failures is logged when it begins and when it has ended. It has ended when
 * there was no failure for {@link #QUIET}; a single success says little, because each connection
 * that closes makes room for one.
 */
final class Acceptor implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final Logger LOG = System.getLogger(Acceptor.class.getName());

  private final ServerSocket server = ServerSocketChannel.open().socket();
  private final SocketHandler handler;
  private final Thread thread = Thread.ofPlatform().name("accept").unstarted(this::run);
  private long failures;
  private long failedNanos;

  /** Serves an accepted socket, and closes it, unless it throws. */
  @FunctionalInterface
  interface SocketHandler {
    void serve(Socket socket) throws InterruptedException;
  }

  /**
   * Creates an acceptor that is not bound yet.
   *
   * @throws IOException if the system cannot create another socket
   */
  Acceptor(SocketHandler handler) throws IOException {
    this.handler = handler;
  }

  /**
   * Binds the port and starts to accept.
   *
   * @param port 0 picks a free port
   * @throws IOException if it cannot be bound; the message names the address
   */
  void start(String host, int port) throws IOException {
    boolean started = false;
    try {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
      thread.start();
      started = true;
    } catch (IOException e) {
      String address = host.indexOf(':') < 0 ? host : '[' + host + ']';
      throw new IOException("cannot listen on " + address + ':' + port + ": " + e.getMessage(), e);
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  int port() {
    return server.getLocalPort();
  }

  boolean isOnLoopback() {
    return server.getInetAddress().isLoopbackAddress();
  }

  private void run() {
    warmUp();
    while (!server.isClosed()) {
      try {
        serve(server.accept());
        succeeded();
      } catch (SocketTimeoutException noClient) {
        succeeded();
      } catch (IOException e) {
        if (!server.isClosed()) {
          failed(Level.WARNING, String.valueOf(e.getMessage()), e);
        }
      } catch (InterruptedException stop) {
        return;
      } catch (Throwable defect) {
        failed(Level.ERROR, defect.toString(), defect);
      }
    }
  }

  /** Closes a socket that cannot be served, because nothing else would. */
  private void serve(Socket accepted) throws IOException, InterruptedException {
    try {
      handler.serve(accepted);
    } catch (Throwable failed) {
      accepted.close();
      throw failed;
    }
  }

  /**
   * Runs after the port is bound, so that clients that connect during the warm-up wait in the
   * backlog.
   */
  private static void warmUp() {
    try {
      Handshake.warmUp();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (Throwable defect) { // clients may connect nevertheless
      LOG.log(Level.WARNING, "warming up failed", defect);
    }
  }

  private void failed(Level level, String reason, Throwable cause) {
    failures++;
    failedNanos = System.nanoTime();
    if (failures == 1) {
      String line = "cannot accept connections, retrying: " + reason;
      if (level == Level.ERROR) {
        LOG.log(level, line, cause);
      } else {
        LOG.log(level, line);
      }
      wakeEvery(QUIET);
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  private void succeeded() {
    if (failures > 0 && System.nanoTime() - failedNanos >= QUIET.toNanos()) {
      LOG.log(Level.INFO, "accepts connections again, after failures=" + failures);
      failures = 0;
      wakeEvery(Duration.ZERO);
    }
  }

  /** Makes accept return after this time if no client connects; zero for never. */
  private void wakeEvery(Duration time) {
    try {
      server.setSoTimeout((int) time.toMillis());
    } catch (IOException closed) {
      LOG.log(Level.TRACE, "the port is closed: {0}", closed.getMessage());
    }
  }

  /** Closes the port; returns when the thread has ended. Idempotent. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "closing the port failed: {0}", e.getMessage());
    }
    try {
      thread.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
