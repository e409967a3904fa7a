package five;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The frames that wait to be sent to one client, as bytes.
 *
 * <p>Invariant: only the writer writes to the socket, so only the writer waits for the client. All
 * other threads add a frame and go on. A client for which too many frames wait is disconnected.
 */
final class Outbox {
  private static final int MAX_FRAMES = 1000;
  private static final byte[] END = {}; // every frame has at least two bytes

  private final BlockingQueue<byte[]> frames = new ArrayBlockingQueue<>(MAX_FRAMES);
  private final Socket socket;

  Outbox(Socket socket) {
    this.socket = socket;
  }

  /**
   * Adds a frame. One too many closes the socket: a thread that waits in it for bytes or for space
   * receives an IOException, and so the reader and the writer end.
   */
  void offer(byte[] frame) {
    if (!frames.offer(frame) && !socket.isClosed()) {
      System.out.println("A client is too slow: " + MAX_FRAMES + " frames wait for it");
      close();
    }
  }

  /** The writer closes the socket after the frames that were offered before. */
  void end() {
    offer(END);
  }

  /** Runs in the writer, a thread of its own: writes each frame, and waits for the next. */
  void write() {
    try {
      for (byte[] frame = frames.take(); frame.length > 0; frame = frames.take()) {
        socket.getOutputStream().write(frame);
      }
    } catch (IOException | InterruptedException gone) {
      // the reader notices it, too
    } finally {
      close();
    }
  }

  private void close() {
    try {
      socket.close();
    } catch (IOException closed) {
      // it is closed all the same
    }
  }
}
