package agentcore.torture;

import agentcore.testkit.RawFrame;
import agentcore.testkit.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between clients and a server, and takes away one in five of the {@code ack} frames: half
 * of these without a word, with the other half it cuts the connection.
 */
final class ReplyThief implements AutoCloseable {
  private static final int ONE_IN = 5;
  private static final String ACK = "{\"type\":\"ack\"";

  private final Random random;
  private final AtomicInteger stolen = new AtomicInteger();
  private final AtomicInteger passed = new AtomicInteger();
  private final Relay relay;

  ReplyThief(int targetPort, long seed) {
    this.random = new Random(seed);
    this.relay = Relay.to(targetPort, this::steal);
  }

  int port() {
    return relay.port();
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
    relay.close();
  }
}
