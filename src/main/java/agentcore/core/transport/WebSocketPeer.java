package agentcore.core.transport;

import agentcore.core.auth.Identity;
import agentcore.core.connection.Connection;
import agentcore.core.dispatch.ConnectionSession;
import agentcore.core.dispatch.Dispatcher;
import agentcore.core.http.HttpRequest;
import agentcore.core.message.CloseCode;
import agentcore.core.socket.PeerSocket;
import java.io.IOException;
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
  private final Dispatcher dispatcher;
  private final Connection connection;
  private final long openedNanos = System.nanoTime();
  private boolean isIdentified;
  private Optional<ConnectionSession> session = Optional.empty();

  /**
   * Creates a peer whose request has been checked.
   *
   * @param address the address of the client, as reported by trusted proxies
   */
  WebSocketPeer(
      Listener listener,
      PeerSocket socket,
      InetAddress address,
      String user,
      Dispatcher dispatcher) {
    this.listener = listener;
    this.socket = socket;
    this.address = address;
    this.dispatcher = dispatcher;
    this.connection = listener.manager.registry().create(user, socket);
  }

  /** Answers the request and opens the session; {@link #run} must follow, unless this fails. */
  void open(HttpRequest request) throws IOException {
    try {
      byte[] response = Handshake.response(request);
      socket.write(response, 0, response.length);
      Thread.currentThread().setName("reader-" + connection);
      Optional<Identity> identity = identify(request);
      isIdentified = identity.isPresent();
      if (isIdentified) {
        session = dispatcher.open(connection, identity.get(), Handshake.parameters(request));
      }
      if (listener.isDraining()) {
        connection.closeWhenDone(listener.endCode()); // drain() may have missed it
      }
    } catch (Throwable failed) {
      end();
      throw failed;
    }
  }

  /**
   * Serves the connection; returns after its end. No frame of this thread's stack and no field
   * refers to the request or to the bytes after it: an idle connection must not keep them.
   */
  void run() throws IOException {
    try {
      if (session.isPresent()) {
        new ReadLoop(listener, socket, connection, dispatcher, session.get()).run();
      }
      discardInput();
    } finally {
      end();
    }
  }

  private void end() {
    try {
      session.ifPresent(dispatcher::close);
    } finally {
      int code = connection.streamEnded();
      listener.manager.registry().closed(code);
      if (isIdentified) {
        Duration duration = Duration.ofNanos(System.nanoTime() - openedNanos);
        listener.connectionLog.closed(connection, address, code, duration);
      }
    }
  }

  /** Checks the client's token; closes the connection and returns empty if it is refused. */
  private Optional<Identity> identify(HttpRequest request) {
    try {
      Identity identity = listener.gate.identify(request, connection.user());
      connection.liveness().expireAt(identity.until());
      listener.connectionLog.opened(connection, address);
      return Optional.of(identity);
    } catch (CloseException refusal) {
      CloseCode code = refusal.code();
      listener.connectionLog.refused(connection, address, code, refusal.reason());
      connection.close(code, refusal.reason());
      return Optional.empty();
    }
  }

  private void discardInput() {
    try {
      socket.discardInput(MAX_DISCARDED_BYTES);
    } catch (IOException cut) {
      LOG.log(Level.TRACE, "the client did not end the stream: {0}", cut.getMessage());
    }
  }
}
