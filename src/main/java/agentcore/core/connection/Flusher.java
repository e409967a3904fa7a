package agentcore.core.connection;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes for all outboxes, on virtual threads that come and go.
 *
 * <p>Invariant: while an outbox waits here, a flusher is free, that is, on its way or resting for a
 * moment ({@link #giveWay}), and not in a write, which may last for as long as a peer does not
 * read. The last free one starts another before it writes; who comes back from a write and finds
 * enough free ones ends. That is cheaper than a thread for each outbox (one wake-up serves a whole
 * fan-out), and one slow peer still holds up nobody.
 *
 * <p>The queue is bounded by the number of outboxes: each is in it at most once. A flusher that is
 * stuck in a write keeps its batch, so there can be as many batches as peers that do not read.
 * Those beyond {@link #SPARE_BATCHES} are charged to the peer that is written to.
 */
final class Flusher {
  /** This many batches are kept for the next writes; together at most 1 MiB. */
  private static final int SPARE_BATCHES = 16;

  /** After so many writes, less than a millisecond, a flusher gives way. */
  private static final int WRITES_IN_A_ROUND = 128;

  /** So long, about, flushers that have no end of work leave one alone that was written to. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final ConcurrentLinkedQueue<Outbox> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger free = new AtomicInteger();
  private final int enough = Runtime.getRuntime().availableProcessors();
  private final long pauseNanos;

  /** Batches that no flusher uses at the moment. */
  private final BlockingQueue<Batch> spare = new ArrayBlockingQueue<>(SPARE_BATCHES);

  /** Makes a flusher; it has no thread while there is nothing to write. */
  Flusher() {
    this(PAUSE);
  }

  Flusher(Duration pause) {
    this.pauseNanos = pause.toNanos();
    for (int i = 0; i < SPARE_BATCHES; i++) {
      spare.add(new Batch(false));
    }
  }

  /** Has {@code outbox} written soon, by another thread. */
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
        if (!started) { // out of memory, perhaps: the next one tries again
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
        outbox.drain(batch);
        isFree = true;
      } while (free.incrementAndGet() <= enough);
    } finally {
      pooled.ifPresent(spare::add);
      if (isFree) {
        free.decrementAndGet(); // however it ended: nobody counts on this one any more
      }
      startForOthers(); // for what came after the last look at the queue
    }
  }

  /**
   * Lets others run: virtual threads are not preempted, and readers are not to wait until a large
   * room was told. Where the next one was written to just now, it rests as well: what comes
   * meanwhile is one write for each. To a room of 500 with 2,000 messages a second that halved the
   * cost of a delivery, which came no later, since readers and clients had what was saved; with 500
   * a second it saved two fifths, and cost a millisecond. Whoever stands behind it in the queue
   * waits as well, never longer than {@link #PAUSE}.
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
}
