package agentcore.core.connection;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes for all outboxes, on virtual threads that come and go.
 *
 * <p>Invariant: while an outbox waits here, a thread is on its way that is not stuck in a write. A
 * flusher that finds more than one starts its follower before it writes, since the write may block
 * for as long as its peer does not read. That is cheaper than a thread for each outbox (one wake-up
 * serves a whole fan-out), and one slow peer still holds up nobody.
 *
 * <p>The queue is bounded by the number of outboxes: each is in it at most once.
 */
public final class Flusher {
  private static final int MAX_SPARE = 16;

  private final ConcurrentLinkedQueue<Outbox> waiting = new ConcurrentLinkedQueue<>();
  private final PendingThread follower = new PendingThread();

  /** Batches whose flusher has ended. One that is stuck in a write keeps its own. */
  private final BlockingQueue<Batch> spare = new ArrayBlockingQueue<>(MAX_SPARE);

  /** Makes a flusher; it has no thread while there is nothing to write. */
  public Flusher() {}

  /** Has {@code outbox} written soon, by another thread. */
  void flush(Outbox outbox) {
    waiting.add(outbox);
    follower.start("flusher", this::run);
  }

  /**
   * Gives way first: who offers is often about to fill the same outboxes again, and fewer writes
   * with more in each cost a sixth less when many speak at once.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private void run() {
    Thread.yield();
    follower.began();
    Batch batch = Optional.ofNullable(spare.poll()).orElseGet(Batch::new);
    for (Outbox outbox = waiting.poll(); outbox != null; outbox = waiting.poll()) {
      if (!waiting.isEmpty()) {
        follower.start("flusher", this::run);
      }
      outbox.drain(batch);
    }
    var unused = spare.offer(batch);
  }
}
