package agentcore.testkit.network;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;

/** A proxy on a free port that forwards connections to a port of 127.0.0.1. */
public final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final int targetPort;
  private final Copier toServer;
  private final Copier toClient;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Copies bytes in one direction until the stream ends; the connection is closed on return. */
  @FunctionalInterface
  public interface Copier {
    /** Copies the bytes. */
    void copy(InputStream in, OutputStream out) throws IOException;
  }

  private Relay(ServerSocket listener, int targetPort, Copier toServer, Copier toClient) {
    this.listener = listener;
    this.targetPort = targetPort;
    this.toServer = toServer;
    this.toClient = toClient;
  }

  /** Starts a proxy that terminates TLS. */
  public static Relay withTls(int targetPort, TestKeystore keystore) {
    return start(
        keystore.serverContext().getServerSocketFactory(), targetPort, Relay::copy, Relay::copy);
  }

  /** Starts a proxy that filters what the server sends. */
  public static Relay to(int targetPort, Copier toClient) {
    return start(ServerSocketFactory.getDefault(), targetPort, Relay::copy, toClient);
  }

  /** Starts a proxy that adds everything that clients send to {@code record}. */
  public static Relay recording(int targetPort, ByteArrayOutputStream record) {
    Copier toServer =
        (in, out) -> {
          byte[] buffer = new byte[8192];
          for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            record.write(buffer, 0, n); // synchronized, and in one piece
            out.write(buffer, 0, n);
          }
        };
    return start(ServerSocketFactory.getDefault(), targetPort, toServer, Relay::copy);
  }

  private static Relay start(
      ServerSocketFactory listeners, int targetPort, Copier toServer, Copier toClient) {
    try {
      InetAddress here = InetAddress.getLoopbackAddress();
      Relay relay =
          new Relay(listeners.createServerSocket(0, 50, here), targetPort, toServer, toClient);
      Thread.ofVirtual().name("relay-accept").start(relay::accept);
      return relay;
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
        Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().name("relay-to-server").start(() -> pump(client, server, toServer));
        Thread.ofVirtual().name("relay-to-client").start(() -> pump(server, client, toClient));
      } catch (IOException ended) {
        // either the proxy is closed, or the next client is served
      }
    }
  }

  private void pump(Socket from, Socket to, Copier copier) {
    try (from;
        to) {
      copier.copy(from.getInputStream(), to.getOutputStream());
    } catch (IOException ended) {
      // both sockets are closed
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    long unused = in.transferTo(out);
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket each : sockets) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
