package agentcore.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Reads HTTP heads and WebSocket frames from a socket. Not thread-safe. */
final class FrameReader {
  private final Socket socket;
  private ByteBuffer in = ByteBuffer.allocate(4096).limit(0);

  FrameReader(Socket socket) {
    this.socket = socket;
  }

  /** A time by which something must have happened. */
  static final class Deadline {
    private final long endNanos;

    Deadline(Duration timeout) {
      endNanos = System.nanoTime() + timeout.toNanos();
    }

    int leftMillis() {
      return (int) Math.max(1, (endNanos - System.nanoTime()) / 1_000_000);
    }
  }

  String readHead() {
    Deadline deadline = new Deadline(Await.DEADLINE);
    while (true) {
      String text = new String(in.array(), in.position(), in.remaining(), ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        in.position(in.position() + end + 4);
        return text.substring(0, end);
      }
      if (!fill(deadline, "the head of an HTTP response")) {
        throw new AssertionError("the server closed after: " + text);
      }
    }
  }

  String readToEnd() {
    Deadline deadline = new Deadline(Await.DEADLINE);
    while (fill(deadline, "the end of the stream")) {
      // keep reading
    }
    return new String(in.array(), in.position(), in.remaining(), UTF_8);
  }

  /** Reads a frame of any kind; empty at the end of the stream. */
  Optional<RawFrame> nextFrame(Deadline deadline, String what) {
    Optional<RawFrame> frame = RawFrame.decode(in);
    while (frame.isEmpty()) {
      if (!fill(deadline, what)) {
        return Optional.empty();
      }
      frame = RawFrame.decode(in);
    }
    return frame;
  }

  /** Reads more bytes; returns false at the end of the stream or after a reset. */
  private boolean fill(Deadline deadline, String what) {
    if (in.limit() == in.capacity()) {
      in = ByteBuffer.allocate(Math.max(4096, in.remaining() * 2)).put(in).flip();
    }
    int n;
    try {
      socket.setSoTimeout(deadline.leftMillis());
      n = socket.getInputStream().read(in.array(), in.limit(), in.capacity() - in.limit());
    } catch (SocketTimeoutException late) {
      throw new AssertionError("not in time: " + what);
    } catch (IOException reset) {
      return false;
    }
    if (n > 0) {
      in.limit(in.limit() + n);
    }
    return n > 0;
  }
}
