package agentcore.core.transport;

import agentcore.core.connection.Connection;
import agentcore.core.dispatch.ConnectionSession;
import agentcore.core.dispatch.Dispatcher;
import agentcore.core.http.HttpRequest;
import agentcore.core.message.CloseCode;
import agentcore.core.transport.SocketWire.CloseException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * The WebSocket side of a {@link Peer}: one connection from its upgrade to its end, on the reader
 * thread.
 *
 * <pre>
 *   upgrade --> token valid? --> session admitted? --> ReadLoop --+
 *                   |                  |                          |
 *                   +------(no)--------+--> discard input <-------+
 *                                                 |
 *                    until the client ends the stream, or CLOSE_TIMEOUT --> end
 * </pre>
 */
final class WebSocketPeer {
  /** The most input that is read and discarded after the close frame. */
  private static final int MAX_DISCARDED_BYTES = 2 * 1024 * 1024;

  private static final Logger LOG = System.getLogger(WebSocketPeer.class.getName());

  private final Listener listener;
  private final PeerSocket socket;
  private final InetAddress address;
  private final HttpRequest request;
  private final Dispatcher dispatcher;

  /**
   * Creates a peer whose request has been checked.
   *
   * @param address the client's, as reported by trusted proxies
   */
  WebSocketPeer(
      Listener listener,
      PeerSocket socket,
      InetAddress address,
      HttpRequest request,
      Dispatcher dispatcher) {
    this.listener = listener;
    this.socket = socket;
    this.address = address;
    this.request = request;
    this.dispatcher = dispatcher;
  }

  /**
   * Upgrades and serves the connection; returns after its end.
   *
   * @param first bytes that were received with the request
   */
  void run(String user, byte[] first) throws IOException {
    int maxMessageBytes = listener.limits().maxMessageBytes();
    Engine engine = new Engine(maxMessageBytes);
    if (!engine.upgrade(request, socket.socket().getOutputStream())) {
      return;
    }
    socket.socket().setSoTimeout(0);
    SocketWire wire =
        new SocketWire(
            socket,
            listener.limits().closeTimeout(),
            created -> listener.manager().registry().create(user, created));
    Connection connection = wire.connection();
    Thread.currentThread().setName("reader-" + connection);
    long openedNanos = System.nanoTime();
    boolean identified = false;
    Optional<ConnectionSession> session = Optional.empty();
    try {
      identified = identify(connection);
      if (identified) {
        session = dispatcher.open(connection, Handshake.parameters(request));
      }
      if (listener.isDraining()) {
        connection.closeWhenDone(listener.endCode()); // it came too late for drain() to see it
      }
      if (session.isPresent()) {
        InputStream in = socket.socket().getInputStream();
        new ReadLoop(
                wire, engine, dispatcher, session.get(), listener.receiveBudget(), maxMessageBytes)
            .run(in, first);
      }
      discardInput();
    } finally {
      try {
        session.ifPresent(dispatcher::close);
      } finally {
        int code = end(wire);
        if (identified) {
          Duration duration = Duration.ofNanos(System.nanoTime() - openedNanos);
          listener.connectionLog().closed(connection, address, code, duration);
        }
      }
    }
  }

  /** Checks the client's token; closes the connection and returns false if it is refused. */
  private boolean identify(Connection connection) {
    try {
      connection.expireAt(listener.gate().identify(request, connection.user()));
      listener.connectionLog().opened(connection, address);
      return true;
    } catch (CloseException refusal) {
      CloseCode code = refusal.code();
      listener.connectionLog().refused(connection, address, code, refusal.reason());
      connection.close(code, refusal.reason());
      return false;
    }
  }

  private void discardInput() {
    try {
      socket.discardInput(listener.limits().closeTimeout(), MAX_DISCARDED_BYTES);
    } catch (IOException cut) {
      LOG.log(Level.TRACE, "the client did not end the stream: {0}", cut.getMessage());
    }
  }

  private int end(SocketWire wire) {
    int code = wire.streamEnded();
    wire.connection().dispose();
    listener.manager().registry().closed(code);
    return code;
  }
}
