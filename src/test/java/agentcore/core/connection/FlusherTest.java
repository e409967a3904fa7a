package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.socket.PeerSocket;
import agentcore.testkit.Await;
import agentcore.testkit.RecordingSocket;
import agentcore.testkit.Together;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FlusherTest {
  private final Flusher flusher = new Flusher(Flusher.PAUSE);

  /** A socket that only writes, and waits for its peer. */
  private abstract static class WriteOnly extends RecordingSocket {
    @Override
    public boolean canTryToWrite() {
      return false;
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int length);
  }

  private Outbox outbox(PeerSocket wire) {
    return outbox(wire, flusher);
  }

  private static Outbox outbox(PeerSocket wire, Flusher flusher) {
    return new Outbox(
        wire, flusher, 1_000_000, new SendBudget(1 << 30, List.of()), System::nanoTime);
  }

  @Test
  void stuckWriteDelaysNoOtherPeer() {
    List<RecordingSocket> stuck =
        Stream.generate(() -> new RecordingSocket().block()).limit(50).toList();
    List<RecordingSocket> fine = Stream.generate(RecordingSocket::new).limit(50).toList();
    List<Outbox> stuckBoxes = stuck.stream().map(this::outbox).toList();
    List<Outbox> fineBoxes = fine.stream().map(this::outbox).toList();
    for (int round = 1; round <= 20; round++) {
      for (int i = 0; i < 50; i++) {
        stuckBoxes.get(i).offer(new byte[10]);
        fineBoxes.get(i).offer(new byte[10]);
      }
      int expected = 10 * round;
      Await.until(
          "round " + round, () -> fine.stream().allMatch(w -> w.bytes().length == expected));
    }
    assertTrue(stuck.stream().allMatch(RecordingSocket::isWriting));
    stuck.forEach(RecordingSocket::unblock);
    Await.until("the rest", () -> stuck.stream().allMatch(w -> w.bytes().length == 200));
  }

  @Test
  void concurrentFlushesWriteEverything() {
    List<RecordingSocket> wires = Stream.generate(RecordingSocket::new).limit(20).toList();
    List<Outbox> boxes = wires.stream().map(this::outbox).toList();
    Together.run(
        8,
        thread -> {
          for (int i = 0; i < 1000; i++) {
            boxes.get((thread * 7 + i) % 20).offer(new byte[1]);
          }
          return 0;
        });
    Await.until("all", () -> wires.stream().mapToInt(w -> w.bytes().length).sum() == 8000);
  }

  @Test
  void outboxThatIsNeverEmptyDoesNotDelayOthers() {
    RecordingSocket endless = new RecordingSocket();
    Outbox box = outbox(endless);
    PeerSocket more =
        new WriteOnly() {
          private int left = 100_000;

          @Override
          public void write(byte[] bytes, int offset, int length) {
            if (--left > 0) {
              box.offer(new byte[1]);
            }
          }
        };
    Outbox self = outbox(more);
    self.offer(new byte[1]);
    RecordingSocket other = new RecordingSocket();
    outbox(other).offer(new byte[1]);
    Await.until("the other", () -> other.bytes().length == 1);
  }

  /** The first frames are written at once; the next ones wait for the pause. */
  @Test
  void outboxThatWasJustWrittenRestsForThePause() throws InterruptedException {
    Duration pause = Duration.ofMillis(500);
    Flusher resting = new Flusher(pause);
    int enough = 400 * (Runtime.getRuntime().availableProcessors() + 2);
    List<BusyWire> wires = Stream.generate(BusyWire::new).limit(enough).toList();
    List<Outbox> boxes = wires.stream().map(wire -> outbox(wire, resting)).toList();
    long startNanos = System.nanoTime();
    for (int round = 1; round <= 2; round++) {
      // On a virtual thread, which no flusher preempts on one processor: many outboxes wait then.
      Thread.ofVirtual().start(() -> boxes.forEach(box -> box.offer(new byte[1]))).join();
      int expected = round;
      Await.until("all", () -> wires.stream().allMatch(wire -> wire.written == expected));
    }
    assertTrue(System.nanoTime() - startNanos >= pause.toNanos());
  }

  /** A wire to which writing takes longer than offering, so that there is always more to do. */
  private static final class BusyWire extends WriteOnly {
    private volatile int written;

    @Override
    public boolean canTryToWrite() {
      return true;
    }

    @Override
    public int tryWrite(byte[] bytes, int offset, int length) {
      write(bytes, offset, length);
      return length;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one flusher at a time
    public void write(byte[] bytes, int offset, int length) {
      long startNanos = System.nanoTime();
      while (System.nanoTime() - startNanos < 50_000) {
        Thread.onSpinWait();
      }
      written += length;
    }
  }

  @Test
  void wireThatFailsToBeCutDoesNotAffectOthers() {
    PeerSocket broken =
        new WriteOnly() {
          @Override
          public void write(byte[] bytes, int offset, int length) {
            throw new IllegalStateException("defect in a write");
          }

          @Override
          public void cut() {
            throw new IllegalStateException("defect in a cut");
          }
        };
    RecordingSocket fine = new RecordingSocket();
    Outbox fineBox = outbox(fine);
    for (int i = 1; i <= 50; i++) {
      outbox(broken).offer(new byte[1]);
      fineBox.offer(new byte[1]);
      int expected = i;
      Await.until("the others", () -> fine.bytes().length == expected);
    }
    assertEquals(50, fine.bytes().length);
  }

  @Test
  void readerWritesAtTheEndOfItsTurn() {
    List<RecordingSocket> wires = Stream.generate(RecordingSocket::new).limit(3).toList();
    List<Outbox> boxes = wires.stream().map(this::outbox).toList();
    flusher.begin();
    boxes.forEach(box -> box.offer(new byte[1]));
    boxes.forEach(box -> box.offer(new byte[2]));
    assertEquals(0, wires.stream().mapToInt(wire -> wire.writes().size()).sum());
    flusher.end(0);
    wires.forEach(wire -> assertEquals(List.of(3), wire.writes(), "one write for both"));
  }

  @Test
  void lateReaderLeavesTheWritingToAnotherThread() {
    AtomicReference<Thread> writer = new AtomicReference<>();
    RecordingSocket wire =
        new RecordingSocket() {
          @Override
          public int tryWrite(byte[] bytes, int offset, int length) throws IOException {
            writer.set(Thread.currentThread());
            return super.tryWrite(bytes, offset, length);
          }
        };
    Outbox box = outbox(wire);
    flusher.begin();
    box.offer(new byte[1]);
    flusher.end(TimeUnit.SECONDS.toNanos(1));
    Await.until("written", () -> wire.bytes().length == 1);
    assertNotSame(Thread.currentThread(), writer.get());
  }

  @Test
  void turnEndsAtOnceEvenIfPeersDoNotRead() {
    List<RecordingSocket> stuck =
        Stream.generate(() -> new RecordingSocket().block()).limit(100).toList();
    List<RecordingSocket> fine = Stream.generate(RecordingSocket::new).limit(400).toList();
    List<Outbox> boxes = Stream.concat(stuck.stream(), fine.stream()).map(this::outbox).toList();
    for (int turn = 1; turn <= 3; turn++) {
      flusher.begin();
      boxes.forEach(box -> box.offer(new byte[10]));
      flusher.end(0); // a turn that waited for a peer would never end
      int expected = 10 * turn;
      Await.until("the others", () -> fine.stream().allMatch(w -> w.bytes().length == expected));
    }
    stuck.forEach(RecordingSocket::unblock);
    Await.until("the rest", () -> stuck.stream().allMatch(w -> w.bytes().length == 30));
  }

  @Test
  void otherThreadsDoNotWaitForTheEndOfATurn() {
    RecordingSocket wire = new RecordingSocket();
    Outbox box = outbox(wire);
    flusher.begin();
    Thread.ofVirtual().start(() -> box.offer(new byte[1]));
    Await.until("written", () -> wire.bytes().length == 1);
    flusher.end(0);
  }

  @Test
  void expiredTurnIsWrittenByAnotherThread() {
    RecordingSocket wire = new RecordingSocket();
    Outbox box = outbox(wire);
    assertFalse(flusher.expire(Thread.currentThread()), "not begun");
    flusher.begin();
    box.offer(new byte[1]);
    assertTrue(flusher.expire(Thread.currentThread()));
    Await.until("what was gathered", () -> wire.bytes().length == 1);
    box.offer(new byte[1]);
    Await.until("what followed", () -> wire.bytes().length == 2);
    flusher.end(0);
  }

  @Test
  void turnEndsEvenIfAnOutboxIsNeverEmpty() {
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicReference<Outbox> self = new AtomicReference<>();
    RecordingSocket endless =
        new RecordingSocket() {
          @Override
          public int tryWrite(byte[] bytes, int offset, int length) {
            if (!stopped.get()) {
              self.get().offer(new byte[1]);
            }
            return length;
          }
        };
    self.set(outbox(endless));
    RecordingSocket other = new RecordingSocket();
    Outbox otherBox = outbox(other);
    flusher.begin();
    self.get().offer(new byte[1]);
    otherBox.offer(new byte[1]);
    flusher.end(0); // would never end if it waited for an empty outbox
    stopped.set(true);
    assertEquals(1, other.bytes().length);
  }
}
