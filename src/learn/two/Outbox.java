package two;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The frames that wait to be sent to one client, and the thread that writes them.
 *
 * <p>Invariant: only the writer writes to the socket, so only the writer waits for the client. All
 * other threads add a frame and go on. A client for which too much waits is disconnected.
 */
final class Outbox {
  private static final int MAX_BYTES = 1024 * 1024;

  private final Socket socket;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<ByteBuffer> frames = new ArrayDeque<>();
  private int waitingBytes;
  private boolean isEnded;

  Outbox(Socket socket) {
    this.socket = socket;
  }

  void start() {
    Thread.ofVirtual().name("writer").start(this::write);
  }

  /** Adds a frame. If the client is too slow, drops all frames and closes the socket. */
  void offer(ByteBuffer frame) {
    lock.lock();
    try {
      if (!isEnded) {
        frames.add(frame);
        waitingBytes += frame.remaining();
        changed.signal();
        if (waitingBytes > MAX_BYTES) {
          System.out.println("A client is too slow: " + waitingBytes + " bytes wait for it");
          frames.clear();
          isEnded = true;
          socket.close(); // ends the reader's read and the writer's write
        }
      }
    } catch (IOException gone) {
      // closed all the same
    } finally {
      lock.unlock();
    }
  }

  /** Accepts no more frames. The writer closes the socket after the last one. */
  void end() {
    lock.lock();
    try {
      isEnded = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    try (socket) {
      for (var frame = next(); frame.isPresent(); frame = next()) {
        byte[] bytes = new byte[frame.get().remaining()];
        frame.get().get(bytes);
        socket.getOutputStream().write(bytes);
        written(bytes.length);
      }
    } catch (IOException | InterruptedException gone) {
      end();
    }
  }

  /** Waits for a frame; empty after the last one. */
  private Optional<ByteBuffer> next() throws InterruptedException {
    lock.lock();
    try {
      while (frames.isEmpty() && !isEnded) {
        changed.await();
      }
      return Optional.ofNullable(frames.poll());
    } finally {
      lock.unlock();
    }
  }

  /** Only now the memory of the frame is free. */
  private void written(int length) {
    lock.lock();
    try {
      waitingBytes -= length;
    } finally {
      lock.unlock();
    }
  }
}
