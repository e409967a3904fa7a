package agentcore.core.connection;

import agentcore.core.message.CloseCode;
import java.io.IOException;

/** The output side of one peer's socket, as a connection sees it; the transport implements it. */
public interface Wire {
  /**
   * Writes all of the bytes; blocks while the peer does not read. Called by one thread at a time.
   *
   * @throws IOException if the peer is gone
   */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Returns whether {@link #tryWrite} can write anything. */
  default boolean canTryToWrite() {
    return false;
  }

  /**
   * Writes what the peer accepts now, and returns how many bytes that was. Never blocks. Called by
   * one thread at a time.
   *
   * @throws IOException if the peer is gone
   */
  default int tryWrite(byte[] bytes, int offset, int length) throws IOException {
    return 0;
  }

  /**
   * Starts the close handshake: the close frame goes behind the frames that wait, and then the
   * stream ends. Never blocks. Any thread may call it any number of times; the first call counts.
   */
  void close(CloseCode code, String reason);

  /** Reports that no more bytes will be written, so the stream can be ended. */
  void finished();

  /** Closes the socket at once, without a close frame. Never blocks. */
  void cut();
}
