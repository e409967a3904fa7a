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
import java.util.Optional;

/**
 * One accepted socket and its virtual thread. This is the HTTP side: it reads the request, and
 * answers it or passes it on to {@link WebSocketPeer}.
 *
 * <pre>
 *   TLS --> request --(an endpoint?)--> handshake, origin, address --> WebSocketPeer --> close
 *              |                              |                                            ^
 *              +--(another path, malformed)---+--(refused)--> response --> discard input --+
 * </pre>
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
      if (webSocket.isPresent()) { // from here, so that the stack of an idle connection is small
        webSocket.get().run();
      }
    } catch (IOException lost) {
      LOG.log(Level.TRACE, "a connection was lost: {0}", lost.getMessage());
    } catch (Throwable defect) {
      DEFECTS.error("a connection failed", defect);
    } finally {
      address.ifPresent(listener.gate()::leave);
      listener.peers().remove(this);
      cut();
    }
  }

  private void serve() throws IOException {
    socket.open(listener.limits().handshakeTimeout());
    boolean withBody = true;
    try {
      RequestReader.Head head = RequestReader.read(socket, listener.limits().handshakeTimeout());
      if (head.bytes().length == 0) {
        return;
      }
      withBody = !head.isHeadRequest();
      HttpRequest request = RequestReader.parse(head.bytes());
      Optional<Endpoint> endpoint = listener.endpoint(request);
      if (endpoint.isPresent()) {
        socket.unread(head.rest());
        upgrade(request, endpoint.get());
      } else {
        answer(listener.http().handle(request), withBody);
      }
    } catch (HttpException refusal) {
      answer(refusal.response(), withBody);
    }
  }

  private void upgrade(HttpRequest request, Endpoint endpoint) throws IOException, HttpException {
    Handshake.check(request);
    String user = Handshake.user(request, endpoint.pathPrefix());
    if (listener.isDraining()) {
      throw new HttpException(503, "The server is stopping");
    }
    listener.gate().checkOrigin(request);
    InetAddress client = listener.gate().enter(request, socket.address());
    address = Optional.of(client);
    listener.peers().upgraded(this);
    WebSocketPeer peer = new WebSocketPeer(listener, socket, client, user, endpoint.dispatcher());
    peer.open(request);
    webSocket = Optional.of(peer);
  }

  private void answer(HttpResponse response, boolean withBody) throws IOException {
    new ResponseWriter(
            socket, listener.manager().registry().sendBudget(), listener.limits().writeTimeout())
        .write(response, withBody);
    socket.shutdownOutput();
    socket.discardInput(listener.limits().closeTimeout(), Long.MAX_VALUE);
  }

  /** Ends the connection at once. Any thread. */
  void cut() {
    socket.cut();
  }
}
