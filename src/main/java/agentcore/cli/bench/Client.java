package agentcore.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One connection: a non-blocking socket, what of a frame has come so far, and what could not be
 * written yet.
 */
final class Client {
  private static final byte[] NOTHING = {};
  private static final ByteBuffer ALL_WRITTEN = ByteBuffer.allocate(0);

  enum State {
    CONNECTING,
    UPGRADING,
    OPEN,
    CLOSED
  }

  private final int number;
  private final SocketChannel channel;
  private final SelectionKey key;
  private State state = State.CONNECTING;
  private byte[] begun = NOTHING;
  private ByteBuffer unwritten = ALL_WRITTEN;
  private String end = "";

  Client(int number, SocketChannel channel, SelectionKey key) {
    this.number = number;
    this.channel = channel;
    this.key = key;
  }

  /** Returns its number in the run, from 0. */
  int number() {
    return number;
  }

  State state() {
    return state;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  /** Returns why it ended. */
  String end() {
    return end;
  }

  SocketChannel channel() {
    return channel;
  }

  /** Asks to become a WebSocket, once it is connected. */
  void upgrade(String request) {
    state = State.UPGRADING;
    key.interestOps(SelectionKey.OP_READ);
    write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
  }

  void upgraded() {
    state = State.OPEN;
  }

  /** Writes at once what the socket takes, and the rest when it takes more. */
  void write(ByteBuffer bytes) {
    if (state == State.CLOSED) {
      return;
    }
    if (unwritten.hasRemaining()) {
      unwritten = append(unwritten, bytes);
      return;
    }
    try {
      channel.write(bytes);
    } catch (IOException e) {
      close("cannot write: " + e.getMessage());
      return;
    }
    if (bytes.hasRemaining()) {
      unwritten = append(ALL_WRITTEN, bytes);
      key.interestOpsOr(SelectionKey.OP_WRITE);
    }
  }

  void write(ClientFrame frame) {
    write(ByteBuffer.wrap(frame.bytes()));
  }

  /** Puts {@code more} behind what is in {@code queue}, which is copied where it has no room. */
  private static ByteBuffer append(ByteBuffer queue, ByteBuffer more) {
    ByteBuffer roomy = queue;
    if (queue.capacity() - queue.limit() < more.remaining()) {
      roomy = ByteBuffer.allocate(2 * (queue.remaining() + more.remaining())).put(queue).flip();
    }
    int end = roomy.limit();
    roomy.limit(end + more.remaining()).put(end, more, more.position(), more.remaining());
    return roomy;
  }

  /** Writes what could not be written before. */
  void writeOn() {
    try {
      channel.write(unwritten);
    } catch (IOException e) {
      close("cannot write: " + e.getMessage());
      return;
    }
    if (!unwritten.hasRemaining()) {
      unwritten = ALL_WRITTEN;
      key.interestOpsAnd(~SelectionKey.OP_WRITE);
    }
  }

  /** Reads no more, so that what is sent to it piles up. */
  void stopReading() {
    if (key.isValid()) {
      key.interestOpsAnd(~SelectionKey.OP_READ);
    }
  }

  /** Returns the bytes of a frame that was not complete yet. */
  byte[] begun() {
    return begun;
  }

  /** Keeps the bytes of a frame that is not complete yet. */
  void keep(byte[] bytes, int from, int to) {
    begun = from == to ? NOTHING : Arrays.copyOfRange(bytes, from, to);
  }

  /** Ends it; only the first reason counts. */
  void close(String why) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    end = why;
    try {
      channel.close();
    } catch (IOException e) {
      // it is of no more use either way
    }
  }
}
