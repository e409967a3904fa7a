package agentcore.testkit;

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
  private final Way back;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Copies bytes in one direction until the stream ends; the connection is closed on return. */
  @FunctionalInterface
  public interface Way {
    /** Copies the bytes. */
    void carry(InputStream in, OutputStream out) throws IOException;
  }

  private Relay(ServerSocket listener, int targetPort, Way back) {
    this.listener = listener;
    this.targetPort = targetPort;
    this.back = back;
  }

  /** Starts a proxy that terminates TLS. */
  public static Relay withTls(int targetPort, TestKeystore keystore) {
    return start(keystore.serverContext().getServerSocketFactory(), targetPort, Relay::copy);
  }

  /** Starts a proxy that filters what the server sends. */
  public static Relay to(int targetPort, Way back) {
    return start(ServerSocketFactory.getDefault(), targetPort, back);
  }

  private static Relay start(ServerSocketFactory listeners, int targetPort, Way back) {
    try {
      InetAddress here = InetAddress.getLoopbackAddress();
      Relay relay = new Relay(listeners.createServerSocket(0, 50, here), targetPort, back);
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
        Socket near = listener.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().name("relay-forth").start(() -> pump(near, far, Relay::copy));
        Thread.ofVirtual().name("relay-back").start(() -> pump(far, near, back));
      } catch (IOException ended) {
        // either the proxy is closed, or the next client is served
      }
    }
  }

  private void pump(Socket from, Socket to, Way way) {
    try (from;
        to) {
      way.carry(from.getInputStream(), to.getOutputStream());
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
