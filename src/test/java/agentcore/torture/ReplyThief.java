package agentcore.torture;

import agentcore.testkit.RawFrame;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between clients and a server, and takes away one in five of the {@code ack} frames: half
 * of these without a word, with the other half it cuts the connection.
 */
final class ReplyThief implements AutoCloseable {
  private static final int ONE_IN = 5;
  private static final String ACK = "{\"type\":\"ack\"";

  private final ServerSocket listener;
  private final int targetPort;
  private final Random random;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger stolen = new AtomicInteger();
  private final AtomicInteger passed = new AtomicInteger();

  ReplyThief(int targetPort, long seed) {
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.targetPort = targetPort;
    this.random = new Random(seed);
    Thread.ofVirtual().name("thief-accept").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().name("thief-forth").start(() -> pump(near, far, this::copy));
        Thread.ofVirtual().name("thief-back").start(() -> pump(far, near, this::steal));
      } catch (IOException closed) {
        // the next accept ends it
      }
    }
  }

  private interface Way {
    void carry(InputStream in, OutputStream out) throws IOException;
  }

  private void pump(Socket from, Socket to, Way way) {
    try (from;
        to) {
      way.carry(from.getInputStream(), to.getOutputStream());
    } catch (IOException cut) {
      // so both end
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void copy(InputStream in, OutputStream out) throws IOException {
    long unused = in.transferTo(out);
  }

  /** Passes on the head of the upgrade and then whole frames, as they came. */
  private void steal(InputStream in, OutputStream out) throws IOException {
    passHead(in, out);
    ByteBuffer buffer = ByteBuffer.allocate(1024 * 1024);
    while (true) {
      int n = in.read(buffer.array(), buffer.position(), buffer.remaining());
      if (n < 0) {
        return;
      }
      buffer.position(buffer.position() + n).flip();
      int start = buffer.position();
      for (Optional<RawFrame> frame = RawFrame.decode(buffer);
          frame.isPresent();
          frame = RawFrame.decode(buffer)) {
        if (!isStolen(frame.get())) {
          out.write(buffer.array(), start, buffer.position() - start);
        } else if (random.nextBoolean()) {
          return;
        }
        start = buffer.position();
      }
      buffer.compact();
    }
  }

  private static void passHead(InputStream in, OutputStream out) throws IOException {
    int newlines = 0;
    while (newlines < 2) {
      int b = in.read();
      if (b < 0) {
        return;
      }
      out.write(b);
      newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
    }
  }

  private boolean isStolen(RawFrame frame) {
    if (frame.opcode() != RawFrame.TEXT || !frame.text().startsWith(ACK)) {
      return false;
    }
    boolean steal = random.nextInt(ONE_IN) == 0;
    (steal ? stolen : passed).incrementAndGet();
    return steal;
  }

  /** Returns how many it took. */
  int stolen() {
    return stolen.get();
  }

  /** Returns how many it let pass. */
  int passed() {
    return passed.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
