package agentcore.core.transport;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A bound port and the platform thread that accepts sockets from it.
 *
 * <p>The thread survives every failure, such as running out of open files: it tries again ten times
 * a second. A row of failures is reported when it begins and when it has ended, not each time. It
 * has ended when none came for {@link #QUIET}; until then an accept that succeeds says little,
 * since each connection that closes makes room for one.
 */
final class Acceptor implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final Logger LOG = System.getLogger(Acceptor.class.getName());

  private final ServerSocket server = new ServerSocket();
  private final SocketHandler handler;
  private final Thread thread = Thread.ofPlatform().name("accept").unstarted(this::run);
  private long failures;
  private long failedNanos;

  /** Serves what was accepted. */
  @FunctionalInterface
  interface SocketHandler {
    void serve(Socket socket) throws InterruptedException;
  }

  /**
   * Makes one that is not bound yet.
   *
   * @throws IOException where the system has no socket left
   */
  Acceptor(SocketHandler handler) throws IOException {
    this.handler = handler;
  }

  /**
   * Binds the port and begins to accept.
   *
   * @param port 0 picks a free one
   * @throws IOException where it cannot be bound; its message names the address
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

  /** Says whether only this machine can reach it. */
  boolean isOnLoopback() {
    return server.getInetAddress().isLoopbackAddress();
  }

  private void run() {
    rehearse();
    while (!server.isClosed()) {
      try {
        handler.serve(server.accept());
        succeeded();
      } catch (SocketTimeoutException nobodyCame) {
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

  /** Here, and not where the port is bound: connections wait in the backlog meanwhile. */
  private static void rehearse() {
    try {
      Rehearsal.run();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "the rehearsal of a connection failed", e);
    }
  }

  private void failed(Level level, String reason, Throwable cause) {
    failures++;
    failedNanos = System.nanoTime();
    if (failures == 1) {
      String line = "cannot accept connections, and goes on trying: " + reason;
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

  /** Has accept return after so long where nobody connects; zero for never. */
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
