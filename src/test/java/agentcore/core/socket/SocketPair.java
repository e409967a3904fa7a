package agentcore.core.socket;

import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.metrics.Metrics;
import agentcore.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

/** A client's socket, and the server's side of it. */
public final class SocketPair implements AutoCloseable {
  private final ConnectionRegistry registry =
      new ConnectionRegistry(
          new ConnectionLimits(1000, 1000, 1_000_000, 100_000_000), new Metrics());
  private final Poller poller = new Poller();
  private final Socket client;
  private final PeerSocket server;

  /** Connects a client. */
  public SocketPair() throws IOException {
    this(Duration.ofSeconds(1));
  }

  /**
   * Connects a client.
   *
   * @param closeTimeout for the client to end the stream after the server
   */
  public SocketPair(Duration closeTimeout) throws IOException {
    poller.start();
    try (ServerSocket listener = ServerSocketChannel.open().socket()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      client = new Socket(listener.getInetAddress(), listener.getLocalPort());
      client.setTcpNoDelay(true);
      client.setSoTimeout((int) Await.DEADLINE.toMillis());
      server =
          new PolledSocket(listener.accept(), closeTimeout, poller, registry.flusher()::expire);
    }
    server.open(Await.DEADLINE);
  }

  public Socket client() {
    return client;
  }

  public PeerSocket server() {
    return server;
  }

  public ConnectionRegistry registry() {
    return registry;
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.cut();
    poller.close();
  }
}
