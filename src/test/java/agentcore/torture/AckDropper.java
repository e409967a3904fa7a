package agentcore.torture;

import agentcore.testkit.RawFrame;
import agentcore.testkit.network.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy that drops one in five {@code ack} frames from the server. Half of these are dropped
 * silently; for the other half the connection is cut as well.
 */
final class AckDropper implements AutoCloseable {
  private static final int ONE_IN = 5;
  private static final String ACK = "{\"type\":\"ack\"";

  private final Random random;
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicInteger forwarded = new AtomicInteger();
  private final Relay relay;

  AckDropper(int targetPort, long seed) {
    this.random = new Random(seed);
    this.relay = Relay.to(targetPort, this::filter);
  }

  int port() {
    return relay.port();
  }

  /** Forwards the upgrade response and then whole frames, unchanged. */
  private void filter(InputStream in, OutputStream out) throws IOException {
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
        if (!isDropped(frame.get())) {
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

  private boolean isDropped(RawFrame frame) {
    if (frame.opcode() != RawFrame.TEXT || !frame.text().startsWith(ACK)) {
      return false;
    }
    boolean isDropped = random.nextInt(ONE_IN) == 0;
    (isDropped ? dropped : forwarded).incrementAndGet();
    return isDropped;
  }

  /** Returns the number of dropped frames. */
  int dropped() {
    return dropped.get();
  }

  /** Returns the number of forwarded {@code ack} frames. */
  int forwarded() {
    return forwarded.get();
  }

  @Override
  public void close() {
    relay.close();
  }
}
