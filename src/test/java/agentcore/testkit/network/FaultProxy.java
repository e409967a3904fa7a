package agentcore.testkit.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy that injects network faults. It listens on a free port of 127.0.0.1 and forwards
 * bytes unchanged.
 *
 * <p>Bytes held back by a stalled direction arrive after {@link #heal}, as after packet loss.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int SLOW_CHUNK = 256;

  /** The direction of the bytes. */
  public enum Direction {
    /** From the client that connected to the proxy to the server. */
    TO_SERVER,
    /** From the server to the client. */
    TO_CLIENT
  }

  private final ServerSocket listener;
  private volatile int targetPort;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Direction, Integer> bytesPerSecond = new EnumMap<>(Direction.class);
  private volatile boolean refusing;

  private FaultProxy(ServerSocket listener, int targetPort) {
    this.listener = listener;
    this.targetPort = targetPort;
  }

  /** Starts a proxy in front of a port of 127.0.0.1. */
  public static FaultProxy to(int targetPort) {
    return to(targetPort, "127.0.0.1", 0);
  }

  /** Starts a proxy in front of a port of 127.0.0.1 that listens on the given address and port. */
  public static FaultProxy to(int targetPort, String address, int port) {
    try {
      ServerSocket listener = new ServerSocket(port, 50, InetAddress.getByName(address));
      FaultProxy proxy = new FaultProxy(listener, targetPort);
      Thread.ofVirtual().name("proxy-accept").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the port that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          reset(client);
        } else {
          open(client);
        }
      } catch (IOException closed) {
        // either the proxy is closed, or the next client is served
      }
    }
  }

  private void open(Socket client) {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Link link = new Link(client, server);
      links.add(link);
      Thread.ofVirtual()
          .name("proxy-to-server")
          .start(() -> pump(link, client, server, Direction.TO_SERVER));
      Thread.ofVirtual()
          .name("proxy-to-client")
          .start(() -> pump(link, server, client, Direction.TO_CLIENT));
      if (refusing) { // cut() was called after the check in accept()
        link.cut();
      }
    } catch (IOException unreachable) {
      reset(client);
    }
  }

  private void pump(Link link, Socket from, Socket to, Direction direction) {
    byte[] buffer = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      while (true) {
        int n = in.read(buffer, 0, isSlow(direction) ? SLOW_CHUNK : buffer.length);
        if (n < 0 || !pass(link, direction, n)) {
          break;
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException | InterruptedException cut) {
      // the link ends below
    }
    link.cut();
    links.remove(link);
  }

  private boolean isSlow(Direction direction) {
    lock.lock();
    try {
      return bytesPerSecond.containsKey(direction);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until {@code n} bytes may pass; returns false if the link is cut. */
  private boolean pass(Link link, Direction direction, int n) throws InterruptedException {
    lock.lock();
    try {
      long sinceNanos = System.nanoTime();
      while (!link.isCut) {
        Integer rate = bytesPerSecond.get(direction);
        if (rate == null) {
          return true;
        }
        if (rate == 0) {
          changed.await();
          sinceNanos = System.nanoTime();
          continue;
        }
        long left = TimeUnit.SECONDS.toNanos(n) / rate - (System.nanoTime() - sinceNanos);
        if (left <= 0) {
          return true;
        }
        long unused = changed.awaitNanos(left);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Directs new connections to another port; existing ones stay, as behind a virtual IP. */
  public void redirectTo(int port) {
    targetPort = port;
  }

  /** Resets all connections; new ones are accepted. */
  public void reset() {
    links.forEach(Link::cut);
  }

  /** Resets all connections and refuses new ones. */
  public void cut() {
    refusing = true;
    reset();
  }

  /** Silently holds back all bytes in this direction, on existing and new connections. */
  public void stall(Direction direction) {
    slow(direction, 0);
  }

  /** Limits each connection to this many bytes per second in this direction. */
  public void slow(Direction direction, int rate) {
    lock.lock();
    try {
      bytesPerSecond.put(direction, rate);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all faults; connections that were reset stay closed. */
  public void heal() {
    refusing = false;
    lock.lock();
    try {
      bytesPerSecond.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of open connections. */
  public int connections() {
    return links.size();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException closed) {
      // already closed
    }
  }

  /** Inserts bytes into every connection, as a broken device on the way might. */
  public void insert(Direction direction, byte[] bytes) {
    for (Link link : links) {
      try {
        Socket to = direction == Direction.TO_SERVER ? link.server : link.client;
        to.getOutputStream().write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The two sockets of one connection; they are closed together. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private volatile boolean isCut;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void cut() {
      isCut = true;
      reset(client);
      reset(server);
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
