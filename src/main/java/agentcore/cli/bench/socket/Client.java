package agentcore.cli.bench.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One connection: a non-blocking socket, the partial frame read so far, and unwritten bytes. */
public final class Client {
  private static final byte[] NOTHING = {};
  private static final ByteBuffer ALL_WRITTEN = ByteBuffer.allocate(0);

  /** How far the connection is. */
  public enum State {
    /** The connection does not stand, or the handshake of TLS has not ended. */
    CONNECTING,
    /** The upgrade was requested. */
    UPGRADING,
    /** The upgrade was accepted. */
    OPEN,
    /** Nothing more can be sent or received. */
    CLOSED
  }

  private final int number;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final SocketLayer layer;
  private final String request;
  private State state = State.CONNECTING;
  private byte[] partial = NOTHING;
  private ByteBuffer unwritten = ALL_WRITTEN;
  private String closeReason = "";

  /**
   * Creates a client that is connecting.
   *
   * @param request the upgrade request
   */
  Client(int number, SocketChannel channel, SelectionKey key, SocketLayer layer, String request) {
    this.number = number;
    this.channel = channel;
    this.key = key;
    this.layer = layer;
    this.request = request;
  }

  /** Returns its number in the run, from 0. */
  public int number() {
    return number;
  }

  /** Returns how far the connection is. */
  public State state() {
    return state;
  }

  /** Returns whether the upgrade was accepted, and the connection is not closed. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Returns why it was closed; empty if it was not. */
  public String closeReason() {
    return closeReason;
  }

  /** Sends the upgrade request, or begins the TLS handshake, if the socket is connected. */
  void finishConnect() {
    try {
      if (channel.finishConnect()) {
        key.interestOps(SelectionKey.OP_READ);
        proceed();
      }
    } catch (IOException e) {
      close("cannot connect: " + e.getMessage());
    }
  }

  /** Reads once; returns how many bytes, or -1 at the end of the stream. */
  int read(ByteBuffer into) {
    try {
      int n = layer.read(channel, into);
      proceed();
      return n;
    } catch (IOException e) {
      close("cannot read: " + e.getMessage());
      return 0;
    }
  }

  /** Sends the layer's own bytes, and the upgrade request as soon as the layer permits it. */
  private void proceed() throws IOException {
    transmit(layer.own());
    if (state == State.CONNECTING && layer.isReady()) {
      state = State.UPGRADING;
      write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  void upgraded() {
    state = State.OPEN;
  }

  /** Writes what the socket accepts now, and keeps the rest for {@link #writePending}. */
  public void write(ByteBuffer bytes) {
    if (state == State.CLOSED) {
      return;
    }
    try {
      transmit(layer.encode(bytes));
    } catch (IOException e) {
      close("cannot write: " + e.getMessage());
    }
  }

  private void transmit(ByteBuffer bytes) throws IOException {
    if (unwritten.hasRemaining()) {
      unwritten = append(unwritten, bytes);
      return;
    }
    channel.write(bytes);
    if (bytes.hasRemaining()) {
      unwritten = append(ALL_WRITTEN, bytes);
      key.interestOpsOr(SelectionKey.OP_WRITE);
    }
  }

  /** Writes a frame. */
  public void write(ClientFrame frame) {
    write(ByteBuffer.wrap(frame.bytes()));
  }

  /** Appends {@code more} to {@code queue}, or to a larger copy if it does not fit. */
  private static ByteBuffer append(ByteBuffer queue, ByteBuffer more) {
    ByteBuffer result = queue;
    if (queue.capacity() - queue.limit() < more.remaining()) {
      result = ByteBuffer.allocate(2 * (queue.remaining() + more.remaining())).put(queue).flip();
    }
    int end = result.limit();
    result.limit(end + more.remaining()).put(end, more, more.position(), more.remaining());
    return result;
  }

  /** Writes what the socket did not accept before. */
  void writePending() {
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

  /** Stops reading, so that the server's messages pile up. */
  public void stopReading() {
    if (key.isValid()) {
      key.interestOpsAnd(~SelectionKey.OP_READ);
    }
  }

  /** Returns the bytes of the frame that is not complete yet. */
  byte[] partial() {
    return partial;
  }

  /** Keeps the bytes of a frame that is not complete yet. */
  void keepPartial(byte[] bytes, int from, int to) {
    partial = from == to ? NOTHING : Arrays.copyOfRange(bytes, from, to);
  }

  /** Closes the connection; only the first reason counts. */
  public void close(String reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    closeReason = reason;
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is left to do with it
    }
  }
}
