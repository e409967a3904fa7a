package agentcore.core.transport;

import agentcore.core.connection.ByteBudget;
import agentcore.core.connection.CloseCode;
import agentcore.core.connection.ConnectionManager;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The port: accepts sockets and gives each a virtual thread of its own.
 *
 * <p>One platform thread accepts. It survives every failure of a single accept, such as running out
 * of open files.
 */
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
  private static final Logger LOG = System.getLogger(Listener.class.getName());

  private final ConnectionManager manager;
  private final List<Endpoint> endpoints;
  private final HttpHandler http;
  private final TransportLimits limits;
  private final ByteBudget receiveBudget;
  private final Handshakes handshakes;
  private final Set<Peer> peers = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition peerLeft = lock.newCondition();
  private final ServerSocket server;
  private final Thread acceptor = Thread.ofPlatform().name("accept").unstarted(this::accept);
  private volatile boolean draining;

  /** Makes a listener that is not bound yet. */
  public Listener(
      ConnectionManager manager, List<Endpoint> endpoints, HttpHandler http, TransportLimits limits)
      throws IOException {
    this.manager = manager;
    this.endpoints = List.copyOf(endpoints);
    this.http = http;
    this.limits = limits;
    this.receiveBudget = new ByteBudget(limits.receiveTotalBytes());
    this.handshakes = new Handshakes(limits.maxHandshakes());
    this.server = new ServerSocket();
  }

  /**
   * Binds the port and begins to accept.
   *
   * @param port 0 picks a free one
   * @throws IOException where it cannot be bound
   */
  public void start(String host, int port) throws IOException {
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
    acceptor.start();
  }

  /** Returns the port that is bound. */
  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        serve(new Peer(socket, this), socket.getPort());
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.log(Level.WARNING, "cannot accept a connection: {0}", e.getMessage());
          LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
        }
      } catch (InterruptedException stop) {
        return;
      } catch (Throwable defect) {
        LOG.log(Level.ERROR, "accepting a connection failed", defect);
        LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
      }
    }
  }

  private void serve(Peer peer, int port) throws InterruptedException {
    boolean started = false;
    peers.add(peer);
    try {
      handshakes.enter(peer).ifPresent(Peer::cut);
      Thread.ofVirtual().name("handshake-" + port).start(peer);
      started = true;
    } finally {
      if (!started) {
        ended(peer);
        peer.cut();
      }
    }
  }

  /** Finds the endpoint that a request is for. */
  Optional<Endpoint> endpoint(HttpRequest request) throws HttpException {
    if (!request.method().equals("GET")) {
      throw new HttpException(405, "Method not allowed: " + request.method());
    }
    return endpoints.stream()
        .filter(endpoint -> isOneSegmentBelow(request.path(), endpoint.pathPrefix()))
        .findFirst();
  }

  private static boolean isOneSegmentBelow(String path, String prefix) {
    return path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0;
  }

  HttpResponse answer(HttpRequest request) {
    return http.handle(request);
  }

  ConnectionManager manager() {
    return manager;
  }

  TransportLimits limits() {
    return limits;
  }

  ByteBudget receiveBudget() {
    return receiveBudget;
  }

  boolean isDraining() {
    return draining;
  }

  /** Hears that a peer's request is complete. */
  void upgraded(Peer peer) {
    handshakes.leave(peer);
  }

  /** Hears that a peer's thread ends. */
  void ended(Peer peer) {
    handshakes.leave(peer);
    lock.lock();
    try {
      peers.remove(peer);
      peerLeft.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops: new requests are refused, every connection is closed with {@code GOING_AWAY}, and what
   * is left after the drain time is cut. Returns when no peer's thread is left; idempotent.
   */
  @Override
  public void close() {
    draining = true;
    manager.closeAll(CloseCode.GOING_AWAY);
    try {
      server.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "closing the port failed: {0}", e.getMessage());
    }
    awaitAcceptor();
    handshakes.all().forEach(Peer::cut);
    awaitPeers(limits.drainTimeout());
    peers.forEach(Peer::cut);
    awaitPeers(Engine.CLOSE_TIMEOUT);
  }

  private void awaitAcceptor() {
    try {
      acceptor.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitPeers(Duration timeout) {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    lock.lock();
    try {
      while (!peers.isEmpty() && deadlineNanos - System.nanoTime() > 0) {
        peerLeft.awaitNanos(deadlineNanos - System.nanoTime());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
