package agentcore.torture;

import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The current connection of a client, if it has one, and whether its room is joined on it. The lock
 * serialises all writes to the socket. Thread-safe.
 */
final class ClientConnection implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int SMALL_BUFFER = 4096;

  private final ReentrantLock lock = new ReentrantLock();
  private final MessageWriter writer;
  private final AccountDevice account;
  private final Supplier<String> joinRequest;
  private Optional<RawClient> current = Optional.empty();
  private boolean isJoined;
  private long joinDueNanos;

  ClientConnection(MessageWriter writer, AccountDevice account, Supplier<String> joinRequest) {
    this.writer = writer;
    this.account = account;
    this.joinRequest = joinRequest;
  }

  /** Starts to use an upgraded connection; the room is joined as soon as possible. */
  void opened(RawClient client) {
    lock.lock();
    try {
      current = Optional.of(client);
      isJoined = false;
      joinDueNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the connection. */
  void closed() {
    lock.lock();
    try {
      current = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Records that the room is joined; from now on messages are sent. */
  void joined() {
    lock.lock();
    try {
      isJoined = true;
    } finally {
      lock.unlock();
    }
  }

  /** Schedules another attempt to join the room. */
  void joinAgainAfter(Duration delay) {
    lock.lock();
    try {
      joinDueNanos = System.nanoTime() + delay.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /** Sends the messages and requests that are due, or first the request to join. */
  void sendDue() {
    lock.lock();
    try {
      if (current.isEmpty()) {
        return;
      }
      RawClient client = current.get();
      if (isJoined) {
        writer.due().forEach(frame -> send(client, RawFrame.text(frame)));
        account.due().forEach(frame -> send(client, RawFrame.text(frame)));
      } else if (joinDueNanos - System.nanoTime() <= 0) {
        // either an answer comes, or the connection ends
        joinDueNanos = System.nanoTime() + LONG.toNanos();
        send(client, RawFrame.text(joinRequest.get()));
      }
    } finally {
      lock.unlock();
    }
  }

  void send(RawClient client, RawFrame frame) {
    lock.lock();
    try {
      client.send(frame);
    } catch (UncheckedIOException lost) {
      client.close(); // the reading thread notices
    } finally {
      lock.unlock();
    }
  }

  /** Resets the connection in the middle of a frame. */
  void abort(Random random) {
    lock.lock();
    try {
      if (current.isPresent()) {
        writer.write();
        List<String> due = isJoined ? writer.due() : List.of();
        byte[] frame = RawFrame.text(due.isEmpty() ? joinRequest.get() : due.getFirst()).encode();
        current.get().sendBytes(Arrays.copyOf(frame, random.nextInt(1, frame.length)));
        current.get().closeAbruptly();
      }
    } catch (UncheckedIOException lost) {
      // the connection has already failed
    } finally {
      lock.unlock();
    }
  }

  /** Makes the socket's receive buffer small, so that a slow reader fills it soon. */
  void shrinkReceiveBuffer() {
    lock.lock();
    try {
      if (current.isPresent()) {
        current.get().socket().setReceiveBufferSize(SMALL_BUFFER);
      }
    } catch (SocketException lost) {
      // the connection has already failed
    } finally {
      lock.unlock();
    }
  }

  /** Resets the connection, if there is one. */
  @Override
  public void close() {
    lock.lock();
    try {
      current.ifPresent(RawClient::closeAbruptly);
    } catch (UncheckedIOException lost) {
      // the connection has already failed
    } finally {
      lock.unlock();
    }
  }
}
