package agentcore.core.transport;

import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import agentcore.core.metrics.LimitedLog;
import agentcore.core.socket.PeerSocket;
import agentcore.core.transport.Listener.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.Optional;

/**
 * One accepted socket and its virtual thread. This is the HTTP side: it reads the request, and
 * answers it or passes it on to {@link WebSocketPeer}.
 *
 * <pre>
 *   TLS --> request --(an endpoint?)--> handshake, origin, address --> WebSocketPeer --> close
 *           ^    |                              |                                          ^
 *           |    +--(another path)--> body --> response --(the last one?)--> discard input-+
 *           |                                     |                                ^
 *           +-----------(the next request)--------+        malformed, refused -----+
 * </pre>
 *
 * <p>Requests are answered one after the other, in their order: a request that arrives early waits.
 * A connection is closed after a request whose end is ambiguous, because the following bytes may be
 * anything.
 */
final class Peer implements Runnable {
  private static final Logger LOG = System.getLogger(Peer.class.getName());
  private static final LimitedLog DEFECTS = new LimitedLog(LOG, "connections that failed");

  private final PeerSocket socket;
  private final Listener listener;

  /** The client's address, once the gate counts it. */
  private Optional<InetAddress> address = Optional.empty();

  private Optional<WebSocketPeer> webSocket = Optional.empty();

  Peer(PeerSocket socket, Listener listener) {
    this.socket = socket;
    this.listener = listener;
  }

  @Override
  public void run() {
    try {
      serve();
      if (webSocket.isPresent()) { // runs here, so that the stack of an idle connection stays small
        webSocket.get().run();
      }
    } catch (IOException lost) {
      LOG.log(Level.TRACE, "a connection was lost: {0}", lost.getMessage());
    } catch (Throwable defect) {
      DEFECTS.error("a connection failed", defect);
    } finally {
      address.ifPresent(listener.gate::leave);
      listener.peers.remove(this);
      cut();
    }
  }

  private void serve() throws IOException {
    socket.open(listener.limits.handshakeTimeout());
    boolean isKept = serveRequest();
    while (isKept && awaitNext()) {
      listener.peers.renew(this);
      isKept = serveRequest();
    }
  }

  /** Answers one request, or upgrades; returns whether another request may follow. */
  private boolean serveRequest() throws IOException {
    long deadlineNanos = System.nanoTime() + listener.limits.handshakeTimeout().toNanos();
    int maxBytes = listener.limits.maxMessageBytes();
    boolean withBody = true;
    try (BodyReader body = new BodyReader(socket, listener.receiveBudget, maxBytes)) {
      byte[] head = RequestReader.read(socket, deadlineNanos);
      if (head.length == 0) {
        return false;
      }
      withBody = !RequestReader.isHeadRequest(head);
      HttpRequest request = RequestReader.parse(head);
      Optional<Endpoint> endpoint = listener.endpoint(request);
      if (endpoint.isPresent()) {
        upgrade(request, endpoint.get());
        return false;
      }
      byte[] content = body.read(request, deadlineNanos);
      HttpResponse response = listener.http.handle(request.withBody(content));
      boolean isKept = isKept(request);
      answer(response, withBody, isKept);
      return isKept;
    } catch (HttpException refusal) {
      answer(refusal.response(), withBody, false);
      return false;
    }
  }

  /** Returns whether the connection stays open after this request (RFC 9112 section 9.3). */
  private boolean isKept(HttpRequest request) {
    return !request.hasToken("connection", "close")
        && !request.hasToken("connection", "upgrade") // of an unknown path
        && !listener.isDraining()
        && !listener.peers.isAwaited();
  }

  /** Waits for the next request; returns false if the client ends the stream, or sends nothing. */
  private boolean awaitNext() throws IOException {
    byte[] next = socket.takeUnread();
    try {
      next = next.length > 0 ? next : socket.read(listener.limits.handshakeTimeout());
    } catch (SocketTimeoutException idle) {
      return false;
    }
    socket.unread(next);
    return next.length > 0;
  }

  private void upgrade(HttpRequest request, Endpoint endpoint) throws IOException, HttpException {
    Handshake.check(request);
    if (BodyReader.length(request, Integer.MAX_VALUE) > 0) {
      throw new HttpException(400, "Malformed request: an upgrade has no body");
    }
    String user = Handshake.user(request, endpoint.pathPrefix());
    if (listener.isDraining()) {
      throw new HttpException(503, "The server is stopping");
    }
    listener.gate.checkOrigin(request);
    InetAddress client = listener.gate.enter(request, socket.address());
    address = Optional.of(client);
    listener.peers.upgraded(this);
    WebSocketPeer peer = new WebSocketPeer(listener, socket, client, user, endpoint.dispatcher());
    peer.open(request);
    webSocket = Optional.of(peer);
  }

  private void answer(HttpResponse response, boolean withBody, boolean isKept) throws IOException {
    new ResponseWriter(
            socket, listener.manager.registry().sendBudget(), listener.limits.writeTimeout())
        .write(response, withBody, isKept);
    if (!isKept) {
      socket.shutdownOutput();
      socket.discardInput(Long.MAX_VALUE);
    }
  }

  /** Ends the connection at once. Any thread. */
  void cut() {
    socket.cut();
  }
}
