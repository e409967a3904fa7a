package agentcore.core.connection;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes for all outboxes, on virtual threads that start and end as needed.
 *
 * <p>Invariant: while an outbox waits here, at least one flusher thread is not in a write, and
 * takes the outbox soon ({@link #giveWay} is a short rest). A write can last as long as the peer
 * does not read. The last free thread starts another before it writes; a thread that returns from a
 * write and finds enough free ones ends. That is cheaper than a thread for each outbox (one wake-up
 * serves a whole broadcast), and a slow peer still delays no other.
 *
 * <p>The queue is bounded by the number of outboxes: each is in it at most once. A thread that is
 * stuck in a write keeps its batch, so there can be as many batches as peers that do not read.
 * Those beyond {@link #SPARE_BATCHES} are charged to the peer that is written to.
 */
final class Flusher {
  /**
   * A large frame is written in steps of this size. A peer that accepts a step shows that it reads;
   * within a blocked write no progress can be seen.
   */
  static final int WRITE_BYTES = 64 * 1024;

  /** This many batches are kept for the next writes; together at most 1 MiB. */
  private static final int SPARE_BATCHES = 16;

  /** A thread gives way after this number of outboxes, in less than a millisecond. */
  private static final int WRITES_IN_A_ROUND = 128;

  /** Under constant load an outbox is written to about once in this time. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  private static final Logger LOG = System.getLogger(Flusher.class.getName());

  private final ConcurrentLinkedQueue<Outbox> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger free = new AtomicInteger();
  private final int enough = Runtime.getRuntime().availableProcessors();
  private final long pauseNanos;

  /** Batches that no thread uses at the moment. */
  private final BlockingQueue<Batch> spare = new ArrayBlockingQueue<>(SPARE_BATCHES);

  /** Creates a flusher; it has no thread while there is nothing to write. */
  Flusher() {
    this(PAUSE);
  }

  Flusher(Duration pause) {
    this.pauseNanos = pause.toNanos();
    for (int i = 0; i < SPARE_BATCHES; i++) {
      spare.add(new Batch(false));
    }
  }

  /** Starts the writing of {@code outbox} on another thread. */
  void flush(Outbox outbox) {
    waiting.add(outbox);
    startUnlessOneIsFree();
  }

  private void startUnlessOneIsFree() {
    if (free.get() == 0 && free.compareAndSet(0, 1)) {
      boolean started = false;
      try {
        Thread.ofVirtual().name("flusher").start(this::run);
        started = true;
      } finally {
        if (!started) { // for example, out of memory: the next call tries again
          free.decrementAndGet();
        }
      }
    }
  }

  private void run() {
    boolean isFree = true;
    Optional<Batch> pooled = Optional.empty();
    try {
      pooled = Optional.ofNullable(spare.poll());
      Batch batch = pooled.orElseGet(() -> new Batch(true));
      int writes = 0;
      do {
        if (++writes % WRITES_IN_A_ROUND == 0) {
          giveWay();
        }
        Outbox outbox = waiting.poll();
        if (outbox == null) {
          break;
        }
        free.decrementAndGet();
        isFree = false;
        startForOthers();
        drain(outbox, batch);
        isFree = true;
      } while (free.incrementAndGet() <= enough);
    } finally {
      pooled.ifPresent(spare::add);
      if (isFree) {
        free.decrementAndGet(); // this thread ends, normally or by a failure
      }
      startForOthers(); // for outboxes that were added after the last poll
    }
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

  private void startForOthers() {
    if (!waiting.isEmpty()) {
      startUnlessOneIsFree();
    }
  }

  /** Writes until no frame waits in the outbox; catches everything, so that its state is clear. */
  private static void drain(Outbox outbox, Batch batch) {
    try {
      while (outbox.take(batch)) {
        write(outbox, batch);
      }
    } catch (IOException gone) {
      outbox.fail();
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, "a write failed", defect);
      outbox.fail();
    } finally {
      batch.clear();
    }
  }

  private static void write(Outbox outbox, Batch batch) throws IOException {
    int length = batch.length();
    for (int at = 0; at < length; at += WRITE_BYTES) {
      if (at > 0) {
        outbox.noteProgress();
      }
      outbox.wire().write(batch.bytes(), at, Math.min(WRITE_BYTES, length - at));
    }
  }
}
