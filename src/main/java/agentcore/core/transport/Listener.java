package agentcore.core.transport;

import agentcore.core.connection.ByteBudget;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Safely;
import agentcore.core.dispatch.Dispatcher;
import agentcore.core.group.ConnectionManager;
import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.message.CloseCode;
import agentcore.core.socket.PeerSocket;
import agentcore.core.socket.PolledSocket;
import agentcore.core.socket.Poller;
import agentcore.core.socket.Tls;
import agentcore.core.socket.TlsSocket;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A port: starts a virtual thread for each accepted socket, and ends them all when it stops. */
public final class Listener implements AutoCloseable {
  /** The time that a cut peer's thread has to end. */
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(2);

  // What the peers of this port share.
  final ConnectionManager manager;
  final HttpHandler http;
  final Gate gate;
  final Limits limits;
  final ByteBudget receiveBudget;
  final Peers peers;
  final ConnectionLog connectionLog = new ConnectionLog();

  private final List<Endpoint> endpoints;
  private final Optional<Tls> tls;
  private final Acceptor acceptor;
  private final List<Poller> pollers = Poller.forAllProcessors();
  private int nextPoller;
  private final ReentrantLock drainLock = new ReentrantLock();
  private volatile boolean isDraining;

  /** Written once, before {@link #isDraining} is set, and read only after it. */
  private CloseCode endCode = CloseCode.GOING_AWAY;

  private long drainedNanos;

  /**
   * A WebSocket endpoint.
   *
   * @param pathPrefix the path before the user id, such as {@code /ws/}
   * @param dispatcher handles its messages
   */
  public record Endpoint(String pathPrefix, Dispatcher dispatcher) {
    boolean matches(String path) {
      return path.startsWith(pathPrefix) && path.indexOf('/', pathPrefix.length()) < 0;
    }
  }

  /**
   * The limits of peers.
   *
   * @param maxMessageBytes the maximum size of one message
   * @param maxHandshakes the maximum number of peers whose request is not complete
   * @param handshakeTimeout for the TLS handshake, and for a request to be complete
   * @param closeTimeout for a client to read the remaining data after the connection is closed
   * @param writeTimeout for an HTTP client to take one part of a response
   * @param receiveTotalBytes the limit for the unfinished messages of all peers together
   * @param drainTimeout for the connections to end when the server stops
   */
  public record Limits(
      int maxMessageBytes,
      int maxHandshakes,
      Duration handshakeTimeout,
      Duration closeTimeout,
      Duration writeTimeout,
      long receiveTotalBytes,
      Duration drainTimeout) {}

  /**
   * Creates a listener that is not bound yet.
   *
   * @param http answers the requests that are for no endpoint
   * @param tls secures the connections; empty for plain TCP
   * @throws IOException if the system cannot create another socket
   */
  public Listener(
      ConnectionManager manager,
      List<Endpoint> endpoints,
      HttpHandler http,
      Gate gate,
      Limits limits,
      Optional<Tls> tls)
      throws IOException {
    this.manager = manager;
    this.endpoints = List.copyOf(endpoints);
    this.http = http;
    this.gate = gate;
    this.limits = limits;
    this.tls = tls;
    this.receiveBudget = new ByteBudget(limits.receiveTotalBytes());
    this.peers = new Peers(limits.maxHandshakes(), Peers.PATIENCE_NANOS);
    this.acceptor = new Acceptor(this::serve);
  }

  /**
   * Binds the port and starts to accept. If that fails, the port is free again.
   *
   * @param port 0 picks a free port
   * @throws IOException if it cannot be bound; the message names the address
   */
  public void start(String host, int port) throws IOException {
    try {
      acceptor.start(host, port);
      pollers.forEach(Poller::start);
    } catch (Throwable failed) {
      pollers.forEach(Poller::close);
      throw failed;
    }
  }

  /** Returns the bound port. */
  public int port() {
    return acceptor.port();
  }

  /** Returns whether only this machine can reach the port. */
  public boolean isOnLoopback() {
    return acceptor.isOnLoopback();
  }

  private void serve(Socket accepted) throws InterruptedException {
    Peer peer = new Peer(socket(accepted), this);
    try {
      peers.add(peer).ifPresent(Peer::cut);
      Thread.ofVirtual().name("handshake-" + accepted.getPort()).start(peer);
    } catch (Throwable failed) {
      peers.remove(peer);
      peer.cut();
      throw failed;
    }
  }

  /** Called by the acceptor's thread. */
  private PeerSocket socket(Socket accepted) {
    return tls.isPresent()
        ? new TlsSocket(accepted, limits.closeTimeout(), tls.get())
        : new PolledSocket(
            accepted, limits.closeTimeout(), nextPoller(), manager.registry().flusher()::expire);
  }

  private Poller nextPoller() {
    nextPoller = (nextPoller + 1) % pollers.size();
    return pollers.get(nextPoller);
  }

  /**
   * Finds the endpoint that a request is for.
   *
   * @throws HttpException 405 if the method is not GET
   */
  Optional<Endpoint> endpoint(HttpRequest request) throws HttpException {
    Optional<Endpoint> found =
        endpoints.stream().filter(endpoint -> endpoint.matches(request.path())).findFirst();
    if (found.isPresent() && !request.method().equals("GET")) {
      throw new HttpException(405, "Method not allowed: " + request.method());
    }
    return found;
  }

  /** Returns whether {@link #drain} or {@link #close} has been called. */
  public boolean isDraining() {
    return isDraining;
  }

  /** Returns the code that connections are closed with while {@link #isDraining}. */
  CloseCode endCode() {
    return endCode;
  }

  /**
   * Closes all connections but keeps the port open: new WebSockets are refused with status 503. A
   * request that is being handled is answered before its connection closes. Returns when no
   * connection is left, or after the drain timeout.
   *
   * @param spread the closes are spread over this time, so that the clients do not all reconnect at
   *     once
   */
  public void drain(CloseCode code, Duration spread) {
    long startNanos = System.nanoTime();
    long deadlineNanos = beginToDrain(code, startNanos + limits.drainTimeout().toNanos());
    Deque<Connection> open = new ArrayDeque<>(manager.registry().all());
    long stepNanos = spread.toNanos() / Math.max(1, open.size());
    for (long dueNanos = 0; !open.isEmpty(); dueNanos += stepNanos) {
      Connection next = open.remove();
      if (peers.awaitNoWebSockets(startNanos + dueNanos)) {
        return;
      }
      startToClose(next, code);
    }
    var unused = peers.awaitNoWebSockets(deadlineNanos);
  }

  /** Without memory for a thread, the connection stays until {@link #close} cuts it. */
  private static void startToClose(Connection connection, CloseCode code) {
    Safely.run(
        "closing connection=" + connection,
        () ->
            Thread.ofVirtual()
                .name("closer-" + connection)
                .start(() -> connection.closeWhenDone(code)));
  }

  /** The first of several callers sets the deadline for all of them; returns it. */
  private long beginToDrain(CloseCode code, long deadlineNanos) {
    drainLock.lock();
    try {
      if (!isDraining) {
        drainedNanos = deadlineNanos;
        endCode = code;
        isDraining = true;
      }
      return drainedNanos;
    } finally {
      drainLock.unlock();
    }
  }

  /**
   * Closes the port and every connection ({@code GOING_AWAY}), and cuts the remaining ones after
   * the drain timeout. Returns when no peer's thread is left; idempotent.
   */
  @Override
  public void close() {
    drain(CloseCode.GOING_AWAY, Duration.ZERO);
    acceptor.close();
    peers.all().forEach(Peer::cut);
    var unused = peers.awaitNone(System.nanoTime() + END_NANOS);
    pollers.forEach(Poller::close);
  }
}
