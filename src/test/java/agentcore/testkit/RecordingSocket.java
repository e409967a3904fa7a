package agentcore.testkit;

import agentcore.core.message.CloseCode;
import agentcore.core.socket.PeerSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A socket without a peer that records writes and can block or fail them. */
public class RecordingSocket extends PeerSocket {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final List<Integer> writes = new ArrayList<>();
  private Optional<Failure> failure = Optional.empty();
  private boolean blocked;
  private boolean stepwise;
  private int allowedWrites;
  private boolean writing;
  private boolean cut;
  private int finished;

  /** Creates a socket that waits for its end without a limit. */
  public RecordingSocket() {
    super(new Socket(), Duration.ofDays(1));
  }

  /** What a failing write does. */
  @FunctionalInterface
  public interface Failure {
    void fail() throws IOException;
  }

  /** Blocks writes until {@link #unblock}. */
  public RecordingSocket block() {
    return change(() -> blocked = true);
  }

  /** Unblocks writes. */
  public RecordingSocket unblock() {
    return change(
        () -> {
          blocked = false;
          stepwise = false;
        });
  }

  /** Makes all writes fail from now on, including a blocked one. */
  public RecordingSocket failWith(Failure how) {
    return change(() -> failure = Optional.of(how));
  }

  /** Makes each write wait for an {@link #allowWrite} of its own, until {@link #unblock}. */
  public RecordingSocket stepwise() {
    return change(() -> stepwise = true);
  }

  /** Allows one more write to complete. */
  public void allowWrite() {
    change(() -> allowedWrites++);
  }

  private RecordingSocket change(Runnable how) {
    lock.lock();
    try {
      how.run();
      changed.signalAll();
      return this;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean canTryToWrite() {
    return true;
  }

  @Override
  public int tryWrite(byte[] bytes, int offset, int length) throws IOException {
    lock.lock();
    try {
      boolean waits = (blocked || (stepwise && allowedWrites == 0)) && !cut && failure.isEmpty();
      if (!waits) {
        write(bytes, offset, length);
      }
      return waits ? 0 : length;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    lock.lock();
    try {
      if (writing) {
        throw new AssertionError("two threads write at once");
      }
      writing = true;
      while ((blocked || (stepwise && allowedWrites == 0)) && !cut && failure.isEmpty()) {
        changed.awaitUninterruptibly();
      }
      if (cut) {
        throw new IOException("cut");
      }
      if (failure.isPresent()) {
        failure.get().fail();
      }
      allowedWrites -= stepwise ? 1 : 0;
      written.write(bytes, offset, length);
      writes.add(length);
    } finally {
      writing = false;
      lock.unlock();
    }
  }

  @Override
  public void open(Duration timeout) {}

  @Override
  public byte[] read(Duration timeout) {
    return NOTHING;
  }

  @Override
  public void shutdownOutput() {
    change(() -> finished++);
  }

  @Override
  public void cut() {
    change(() -> cut = true);
  }

  /** Returns whether a write is in progress. */
  public boolean isWriting() {
    lock.lock();
    try {
      return writing;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the code of the close frame, if one has been written. Others may be in a write. */
  public Optional<CloseCode> closed() {
    return wholeFrames(ByteBuffer.wrap(bytes())).stream()
        .filter(frame -> frame.opcode() == RawFrame.CLOSE)
        .map(frame -> new CloseCode(frame.closeCode(), frame.closeReason()))
        .findFirst();
  }

  /** Returns whether the socket was cut. */
  public boolean isCut() {
    lock.lock();
    try {
      return cut;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how often the output was shut down. */
  public int finishedCount() {
    lock.lock();
    try {
      return finished;
    } finally {
      lock.unlock();
    }
  }

  /** Returns all bytes written. */
  public byte[] bytes() {
    lock.lock();
    try {
      return written.toByteArray();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the length of each write. */
  public List<Integer> writes() {
    lock.lock();
    try {
      return List.copyOf(writes);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the frames written. */
  public List<RawFrame> frames() {
    ByteBuffer bytes = ByteBuffer.wrap(bytes());
    List<RawFrame> frames = wholeFrames(bytes);
    if (bytes.hasRemaining()) {
      throw new AssertionError("an incomplete frame was written");
    }
    return frames;
  }

  /** Returns the frames before one of which only a part was written yet. */
  private static List<RawFrame> wholeFrames(ByteBuffer bytes) {
    List<RawFrame> frames = new ArrayList<>();
    for (Optional<RawFrame> f = RawFrame.decode(bytes); f.isPresent(); f = RawFrame.decode(bytes)) {
      frames.add(f.get());
    }
    return frames;
  }

  /** Returns the text of each text frame written. */
  public List<String> texts() {
    return frames().stream()
        .filter(frame -> frame.opcode() == RawFrame.TEXT)
        .map(RawFrame::text)
        .toList();
  }
}
