package agentcore.core.transport;

import agentcore.core.connection.ByteBudget;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.connection.Safely;
import agentcore.core.message.CloseCode;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The port: gives each socket that the {@link Acceptor} accepts a virtual thread of its own. */
public final class Listener implements AutoCloseable {
  private final ConnectionManager manager;
  private final List<Endpoint> endpoints;
  private final HttpHandler http;
  private final Gate gate;
  private final TransportLimits limits;
  private final Optional<Tls> tls;
  private final ByteBudget receiveBudget;
  private final Handshakes handshakes;
  private final Set<Peer> peers = ConcurrentHashMap.newKeySet();
  private final Set<Peer> webSockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition peerLeft = lock.newCondition();
  private final Acceptor acceptor;
  private final ConnectionLog connectionLog = new ConnectionLog();
  private volatile Optional<CloseCode> endCode = Optional.empty();
  private volatile long drainedNanos;

  /**
   * Makes a listener that is not bound yet.
   *
   * @param tls how connections are secured, if they are
   * @throws IOException where the system has no socket left
   */
  public Listener(
      ConnectionManager manager,
      List<Endpoint> endpoints,
      HttpHandler http,
      Gate gate,
      TransportLimits limits,
      Optional<Tls> tls)
      throws IOException {
    this.manager = manager;
    this.endpoints = List.copyOf(endpoints);
    this.http = http;
    this.gate = gate;
    this.limits = limits;
    this.tls = tls;
    this.receiveBudget = new ByteBudget(limits.receiveTotalBytes());
    this.handshakes = new Handshakes(limits.maxHandshakes());
    this.acceptor = new Acceptor(this::serve);
  }

  /**
   * Binds the port and begins to accept; where that fails, the port is free again.
   *
   * @param port 0 picks a free one
   * @throws IOException where it cannot be bound; its message names the address
   */
  public void start(String host, int port) throws IOException {
    acceptor.start(host, port);
  }

  /** Returns the port that is bound. */
  public int port() {
    return acceptor.port();
  }

  /** Says whether only this machine can reach it. */
  public boolean isOnLoopback() {
    return acceptor.isOnLoopback();
  }

  private void serve(Socket socket) throws InterruptedException {
    Peer peer = new Peer(socket, this);
    boolean started = false;
    peers.add(peer);
    try {
      handshakes.enter(peer).ifPresent(Peer::cut);
      Thread.ofVirtual().name("handshake-" + socket.getPort()).start(peer);
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
    Optional<Endpoint> found =
        endpoints.stream()
            .filter(endpoint -> isOneSegmentBelow(request.path(), endpoint.pathPrefix()))
            .findFirst();
    if (found.isPresent() && !request.method().equals("GET")) {
      throw new HttpException(405, "Method not allowed: " + request.method());
    }
    return found;
  }

  private static boolean isOneSegmentBelow(String path, String prefix) {
    return path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0;
  }

  HttpResponse answer(HttpRequest request) {
    return http.handle(request);
  }

  Optional<Tls> tls() {
    return tls;
  }

  ConnectionManager manager() {
    return manager;
  }

  Gate gate() {
    return gate;
  }

  TransportLimits limits() {
    return limits;
  }

  ByteBudget receiveBudget() {
    return receiveBudget;
  }

  ConnectionLog connectionLog() {
    return connectionLog;
  }

  /** Says whether it has begun to stop. */
  public boolean isDraining() {
    return endCode.isPresent();
  }

  /** Returns the code that connections are closed with, while it drains. */
  CloseCode endCode() {
    return endCode.orElseThrow();
  }

  /** Hears that a peer becomes a connection. */
  void upgraded(Peer peer) {
    webSockets.add(peer);
    handshakes.leave(peer);
  }

  /** Hears that a peer's thread ends. */
  void ended(Peer peer) {
    handshakes.leave(peer);
    lock.lock();
    try {
      peers.remove(peer);
      webSockets.remove(peer);
      peerLeft.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends all connections and keeps the port: whoever connects now is answered 503. A request that
   * is being handled is answered before its connection is closed. Returns when no connection is
   * left, or after the drain time.
   *
   * @param spread the closes are spread over this time, so that the next server gets the clients
   *     one after the other
   */
  public void drain(CloseCode code, Duration spread) {
    long startNanos = System.nanoTime();
    beginToDrain(code, startNanos + limits.drainTimeout().toNanos());
    Deque<Connection> open = new ArrayDeque<>(manager.registry().all());
    long stepNanos = spread.toNanos() / Math.max(1, open.size());
    for (long dueNanos = 0; !open.isEmpty(); dueNanos += stepNanos) {
      Connection next = open.remove();
      if (await(webSockets, startNanos + dueNanos)) {
        return;
      }
      startToClose(next, code);
    }
    await(webSockets, drainedNanos);
  }

  /** If there is no memory for a thread, the connection is cut in the end like those that stay. */
  private static void startToClose(Connection connection, CloseCode code) {
    Safely.run(
        "closing connection=" + connection,
        () ->
            Thread.ofVirtual()
                .name("closer-" + connection)
                .start(() -> connection.closeWhenDone(code)));
  }

  /** Of several that end it, the first says how long they all wait. */
  private void beginToDrain(CloseCode code, long deadlineNanos) {
    lock.lock();
    try {
      if (endCode.isEmpty()) {
        drainedNanos = deadlineNanos;
        endCode = Optional.of(code);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops: the port is closed, every connection with {@code GOING_AWAY}, and what is left after the
   * drain time is cut. Returns when no peer's thread is left; idempotent.
   */
  @Override
  public void close() {
    drain(CloseCode.GOING_AWAY, Duration.ZERO);
    acceptor.close();
    handshakes.all().forEach(Peer::cut);
    webSockets.forEach(Peer::cut);
    long endNanos = System.nanoTime() + Engine.CLOSE_TIMEOUT.toNanos();
    if (!await(peers, endNanos)) { // plain requests are being answered
      peers.forEach(Peer::cut);
      await(peers, endNanos + Engine.CLOSE_TIMEOUT.toNanos());
    }
  }

  /** Waits until none of them is left, or until then; returns whether none is. */
  private boolean await(Set<Peer> those, long deadlineNanos) {
    lock.lock();
    try {
      while (!those.isEmpty() && deadlineNanos - System.nanoTime() > 0) {
        peerLeft.awaitNanos(deadlineNanos - System.nanoTime());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return those.isEmpty();
  }
}
