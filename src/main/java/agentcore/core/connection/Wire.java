package agentcore.core.connection;

import agentcore.core.message.CloseCode;
import java.io.IOException;

/** The way to one peer: the wall before the transport. */
public interface Wire {
  /**
   * Writes all of the bytes; blocks while the peer does not read. Called by one thread at a time.
   *
   * @throws IOException where the peer is gone
   */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /**
   * Begins the end: a close frame behind what waits to be sent, then the end of the stream. Never
   * blocks; any thread, any number of times, the first counts.
   */
  void close(CloseCode code, String reason);

  /** Hears that nothing more will be written after what has been: the stream may be ended. */
  void finished();

  /** Cuts the connection without a word. Never blocks. */
  void cut();
}
