package agentcore.cli.bench.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** What lies between a client and its socket: nothing, or TLS. */
public interface SocketLayer {
  /** No bytes. */
  ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Leaves the bytes as they are. */
  SocketLayer PLAIN =
      new SocketLayer() {
        @Override
        public ByteBuffer own() {
          return NOTHING;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public int read(ReadableByteChannel socket, ByteBuffer into) throws IOException {
          return socket.read(into);
        }

        @Override
        public ByteBuffer encode(ByteBuffer bytes) {
          return bytes;
        }
      };

  /**
   * Returns bytes that the layer itself must send now, such as its part of a handshake.
   *
   * @throws IOException if the layer fails
   */
  ByteBuffer own() throws IOException;

  /** Returns whether the client may send. */
  boolean isReady();

  /**
   * Reads what the server sent; returns how many bytes, or -1 at the end of the stream.
   *
   * @throws IOException if the layer or the socket fails
   */
  int read(ReadableByteChannel socket, ByteBuffer into) throws IOException;

  /**
   * Returns what to write to the socket in order to send these bytes, all of them.
   *
   * @throws IOException if the layer fails
   */
  ByteBuffer encode(ByteBuffer bytes) throws IOException;
}
