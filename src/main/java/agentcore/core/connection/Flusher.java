package agentcore.core.connection;

import agentcore.core.socket.PeerSocket;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes for all outboxes.
 *
 * <pre>{@code
 * filled by a reader in its turn  -> the reader writes at the end of the turn, if it began in time
 * filled by another thread, or
 * more than a reader may write    -> a flusher thread writes
 * the peer accepts no more now    -> a thread of its own, until the outbox is empty
 * }</pre>
 *
 * <p>Invariant: only a peer's own thread ever waits for the peer, so a slow peer delays no other. A
 * message in a small room therefore costs no hand-over to another thread, and a large room is
 * written to in rounds, each with what has gathered meanwhile.
 *
 * <p>The queue is bounded by the number of outboxes: each is in it at most once. A thread that
 * waits for its peer holds only the peer's frames, which are charged to the peer.
 */
public final class Flusher {
  /**
   * A large frame is written in steps of this size. A peer that accepts a step shows that it reads;
   * within a blocked write no progress can be seen.
   */
  static final int WRITE_BYTES = 64 * 1024;

  /** This many batches are kept for the next writes; together at most 1 MiB. */
  private static final int SPARE_BATCHES = 16;

  /** A reader writes to this number of outboxes; its client's next message waits meanwhile. */
  private static final int WRITES_IN_A_TURN = 64;

  /** After this number of writes to one outbox, the others are written to. */
  private static final int MAX_WRITES = 4;

  /** A flusher gives way after this number of outboxes, in less than a millisecond. */
  private static final int WRITES_IN_A_ROUND = 128;

  /**
   * A turn whose input waited for longer began late. With 100 busy rooms of 10 that took a third
   * off the 99th percentile of the latency.
   */
  private static final long LATE_NANOS = 2_000_000;

  /** Under constant load an outbox is written to about once in this time. */
  static final Duration PAUSE = Duration.ofMillis(5);

  private static final Logger LOG = System.getLogger(Flusher.class.getName());

  private final ConcurrentLinkedQueue<Outbox> waiting = new ConcurrentLinkedQueue<>();

  /** The readers that are in a turn: they write what they have put into the queue. */
  private final Set<Thread> turns = ConcurrentHashMap.newKeySet();

  private final AtomicInteger threads = new AtomicInteger();
  private final int maxThreads = Runtime.getRuntime().availableProcessors();
  private final long pauseNanos;

  /** Batches that no thread uses at the moment. */
  private final BlockingQueue<Batch> spare = new ArrayBlockingQueue<>(SPARE_BATCHES);

  /** Creates a flusher; it has no thread while there is nothing to write. */
  Flusher(Duration pause) {
    this.pauseNanos = pause.toNanos();
    for (int i = 0; i < SPARE_BATCHES; i++) {
      spare.add(new Batch(true));
    }
  }

  /** Begins a turn of the current thread: until {@link #end} its frames are gathered. */
  public void begin() {
    turns.add(Thread.currentThread());
  }

  /**
   * Ends the turn of the current thread, and writes what was gathered, unless the turn began late:
   * then readers wait for a processor, and a flusher writes after them, so that more frames go out
   * in one write. Never blocks.
   *
   * @param waitedNanos how long the turn's input had waited
   */
  public void end(long waitedNanos) {
    boolean isFirst = turns.remove(Thread.currentThread()) && threads.get() == 0;
    if (isFirst && waitedNanos < LATE_NANOS) {
      Batch batch = spare.poll();
      if (batch != null) {
        try {
          write(batch, WRITES_IN_A_TURN);
        } finally {
          spare.add(batch);
        }
      }
    }
    startForOthers();
  }

  /**
   * Ends the turn of a reader that takes long, or waits: what it has gathered is written by a
   * flusher, and what it sends later too. Any thread.
   *
   * @return whether the reader was in a turn
   */
  public boolean expire(Thread reader) {
    boolean wasInTurn = turns.remove(reader);
    if (wasInTurn) {
      startForOthers();
    }
    return wasInTurn;
  }

  /** Starts the writing of {@code outbox}, by another thread or at the end of the turn. */
  void flush(Outbox outbox) {
    if (!outbox.socket.canTryToWrite()) {
      startToWait(outbox);
      return;
    }
    waiting.add(outbox);
    if (!turns.contains(Thread.currentThread())) {
      startFirst();
    }
  }

  private void startFirst() {
    if (threads.get() == 0 && threads.compareAndSet(0, 1)) {
      start();
    }
  }

  private void start() {
    try {
      Thread.ofVirtual().name("flusher").start(this::run);
    } catch (Throwable noThread) { // for example, out of memory: the next call tries again
      threads.decrementAndGet();
      throw noThread;
    }
  }

  private void startForOthers() {
    if (!waiting.isEmpty()) {
      startFirst();
    }
  }

  private void run() {
    Optional<Batch> pooled = Optional.empty();
    try {
      pooled = Optional.ofNullable(spare.poll());
      Batch batch = pooled.orElseGet(() -> new Batch(false));
      while (write(batch, WRITES_IN_A_ROUND)) {
        int running = threads.get();
        if (running < maxThreads && threads.compareAndSet(running, running + 1)) {
          start();
        }
        giveWay();
      }
    } finally {
      pooled.ifPresent(spare::add);
      threads.decrementAndGet();
      startForOthers(); // for outboxes that were added after the last poll
    }
  }

  /** Writes to at most so many outboxes; returns whether others may be waiting. */
  private boolean write(Batch batch, int max) {
    for (int i = 0; i < max; i++) {
      Outbox outbox = waiting.poll();
      if (outbox == null) {
        return false;
      }
      try {
        drain(outbox, batch);
      } catch (Throwable noMemory) { // not even for the attempt
        outbox.fail();
        throw noMemory;
      }
    }
    return true;
  }

  /**
   * Lets other threads run: virtual threads are not preempted, and readers must not wait until a
   * large room is served. If the next outbox was written to just now, this thread rests as well, so
   * that more frames go out in one write. In a room of 500 with 2,000 messages a second that halved
   * the cost of a delivery without delaying it, because readers and clients got the saved time;
   * with 500 a second it saved two fifths and cost a millisecond. The outboxes behind the next one
   * wait too, never longer than {@link #PAUSE}.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private void giveWay() {
    Outbox next = waiting.peek();
    long restNanos = next == null ? 0 : pauseNanos - next.sinceWrittenNanos();
    if (restNanos > 0) {
      LockSupport.parkNanos(restNanos);
    } else {
      Thread.yield();
    }
  }

  /** Writes what waits in the outbox, or what the peer accepts of it. Never throws. */
  private void drain(Outbox outbox, Batch batch) {
    guarded(outbox, batch, () -> tryToDrain(outbox, batch));
  }

  private void tryToDrain(Outbox outbox, Batch batch) throws IOException {
    for (int writes = 1; outbox.take(batch); writes++) {
      int at = 0;
      int step;
      do {
        step = Math.min(WRITE_BYTES, batch.length() - at);
        int n = outbox.socket.tryWrite(batch.bytes(), at, step);
        at += n;
        step -= n;
      } while (step == 0 && at < batch.length());
      if (at < batch.length()) {
        outbox.keep(batch, at);
        startToWait(outbox);
        return;
      }
      if (writes == MAX_WRITES) { // others fill it as fast as its peer reads
        waiting.add(outbox);
        return;
      }
    }
  }

  /** Catches everything, so that the outbox's state is clear. */
  private static void guarded(Outbox outbox, Batch batch, PeerSocket.Step step) {
    try {
      step.run();
    } catch (IOException gone) {
      outbox.fail();
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, "a write failed", defect);
      outbox.fail();
    } finally {
      batch.clear();
    }
  }

  /** Writes on a thread that may wait for the peer. */
  private static void startToWait(Outbox outbox) {
    try {
      Thread.ofVirtual().name("flusher").start(() -> drainPatiently(outbox));
    } catch (Throwable noThread) {
      outbox.fail();
      throw noThread;
    }
  }

  private static void drainPatiently(Outbox outbox) {
    Batch batch = new Batch(false);
    guarded(
        outbox,
        batch,
        () -> {
          while (outbox.take(batch)) {
            int length = batch.length();
            for (int at = 0; at < length; at += WRITE_BYTES) {
              if (at > 0) {
                outbox.noteProgress();
              }
              outbox.socket.write(batch.bytes(), at, Math.min(WRITE_BYTES, length - at));
            }
          }
        });
  }
}
