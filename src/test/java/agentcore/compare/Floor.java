package agentcore.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The lower bound: the cost of writing one frame to many sockets. One thread writes from a direct
 * buffer and blocks; another reads through a selector, and its time does not count.
 */
final class Floor implements AutoCloseable {
  /** About the size of a chat message with a text of 100 bytes. */
  private static final int FRAME_BYTES = 330;

  private final Selector selector = Selector.open();
  private final List<SocketChannel> written = new ArrayList<>();
  private final List<SocketChannel> read = new ArrayList<>();
  private final Thread reader = Thread.ofPlatform().name("floor-reader").unstarted(this::readAll);

  Floor(int sockets) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      for (int i = 0; i < sockets; i++) {
        SocketChannel to = SocketChannel.open(server.getLocalAddress());
        to.configureBlocking(false);
        to.register(selector, SelectionKey.OP_READ);
        read.add(to);
        SocketChannel from = server.accept();
        from.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
        written.add(from);
      }
    }
    reader.start();
  }

  private void readAll() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    try {
      while (selector.isOpen()) {
        selector.select(key -> read(key, buffer));
      }
    } catch (IOException | java.nio.channels.ClosedSelectorException closed) {
      // the measurement has ended
    }
  }

  private static void read(SelectionKey key, ByteBuffer buffer) {
    buffer.clear();
    try {
      ((SocketChannel) key.channel()).read(buffer);
    } catch (IOException closed) {
      key.cancel();
    }
  }

  /**
   * Writes to all sockets repeatedly.
   *
   * @param together frames in one write
   * @param rate rounds per second; 0 for as many as possible
   * @return CPU time of the writing thread per frame, in microseconds
   */
  double measure(int together, double rate, double seconds) throws IOException {
    ByteBuffer frames = ByteBuffer.allocateDirect(FRAME_BYTES * together);
    long cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long startNanos = System.nanoTime();
    long rounds = 0;
    while (System.nanoTime() - startNanos < seconds * 1e9) {
      for (SocketChannel socket : written) {
        frames.clear();
        while (frames.hasRemaining()) {
          socket.write(frames);
        }
      }
      rounds++;
      while (rate > 0 && System.nanoTime() - startNanos < rounds / rate * 1e9) {
        LockSupport.parkNanos((long) (startNanos + rounds / rate * 1e9) - System.nanoTime());
      }
    }
    cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpuNanos;
    return cpuNanos / 1e3 / (rounds * (double) written.size() * together);
  }

  @Override
  public void close() throws IOException {
    selector.close();
    for (SocketChannel socket : written) {
      socket.close();
    }
    for (SocketChannel socket : read) {
      socket.close();
    }
  }
}
