package agentcore.core.group;

import agentcore.core.backend.Entry;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.serializer.Serializer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Follows a room's log for the members on this server: knows the position up to which they received
 * it, and passes the next entries on.
 *
 * <p>The group's lock is held wherever the position changes. Publishers wait for their own message
 * without the lock. {@code Condition.await()} would release the lock without draining the queue;
 * every other release drains it.
 */
final class LogFollower {
  /** How long a publisher waits for its own message. */
  static final Duration PATIENCE = Duration.ofMillis(500);

  /**
   * A read of the log is requested if no entry is delivered for so long while a publisher waits.
   */
  private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Serializer serializer;
  private final Members members;
  private final Runnable repair;
  private final long patienceNanos;
  private volatile Position position = Position.UNKNOWN;

  /** The members have everything up to this seq in their outboxes. */
  private volatile long deliveredSeq;

  /**
   * The newest entry appended by this server that was not yet delivered when its publisher began to
   * wait.
   */
  private final AtomicReference<Position> appendedHere = new AtomicReference<>(Position.UNKNOWN);

  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();

  /**
   * Creates a follower at an unknown position.
   *
   * @param repair requests that another thread reads the log from the position; never blocks
   */
  LogFollower(Serializer serializer, Members members, Runnable repair, Duration patience) {
    this.serializer = serializer;
    this.members = members;
    this.repair = repair;
    this.patienceNanos = patience.toNanos();
  }

  /** Returns the position of the last entry that is offered or gathered. Any thread. */
  Position position() {
    return position;
  }

  /** Continues at another position; no entry after it has been delivered yet. */
  void moveTo(Position next) {
    position = next;
    noteDelivered();
  }

  /**
   * Delivers the next entry, drops the entry at the current position, and requests a read of the
   * log in every other case.
   */
  void accept(Entry entry, String previousId) {
    if (position.isFollowedBy(entry, previousId) && !replacesAppended(entry)) {
      deliver(entry);
    } else if (!entry.position().equals(position)) {
      repair.run();
    }
  }

  /** Frames the next entry for the members; {@link #flush} offers it to them. */
  void deliver(Entry entry) {
    if (!members.isEmpty()) {
      members.gather(LogEvents.frame(serializer, entry));
    }
    position = entry.position(); // only now: an entry that could not be framed is read again
  }

  /** Offers the delivered entries to the members, and wakes the publishers that wait for them. */
  void flush() {
    members.offerGathered();
    noteDelivered();
  }

  private void noteDelivered() {
    long seq = position.seq();
    if (seq != deliveredSeq) {
      deliveredSeq = seq;
      waiting.forEach(LockSupport::unpark);
    }
  }

  /**
   * Returns whether the log has lost an entry that this server appended: the log ends before that
   * entry, or has a different entry with the same seq. This happens when the store fails over
   * before the entry's notification arrives.
   *
   * @param known the result of {@link #newestKnown} from before the page was read; the page need
   *     not contain entries appended after that
   */
  boolean isContradictedBy(Position known, LogPage page) {
    boolean endsBefore = !page.more() && page.top().seq() < known.seq();
    return known.seq() > position.seq()
        && page.top().epoch().equals(known.epoch())
        && (endsBefore || page.entries().stream().anyMatch(this::replacesAppended));
  }

  private boolean replacesAppended(Entry entry) {
    Position appended = appendedHere();
    return entry.seq() == appended.seq()
        && entry.epoch().equals(appended.epoch())
        && !entry.id().equals(appended.id());
  }

  private Position appendedHere() {
    return Objects.requireNonNull(appendedHere.get());
  }

  /** Returns the newest position that this server knows, delivered or not. */
  Position newestKnown() {
    Position appended = appendedHere();
    return appended.seq() > position.seq() ? appended : position;
  }

  /**
   * Waits, for a limited time, until the members have received the appended entry, so that a sender
   * receives its own event before the reply to its next request. Requests a read of the log if the
   * entry's notification is overdue. Any thread, without the group's lock.
   *
   * @return whether they have received it
   */
  boolean awaitDelivery(Position appended) {
    long seq = appended.seq();
    long seenSeq = deliveredSeq;
    if (seenSeq >= seq) {
      return true;
    }
    appendedHere.accumulateAndGet(appended, (a, b) -> b.seq() > a.seq() ? b : a);
    waiting.add(Thread.currentThread());
    long startNanos = System.nanoTime();
    long nowNanos = startNanos;
    long progressNanos = startNanos;
    while (deliveredSeq < seq
        && nowNanos - startNanos < patienceNanos
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(OVERDUE_NANOS);
      nowNanos = System.nanoTime();
      if (deliveredSeq != seenSeq) {
        seenSeq = deliveredSeq;
        progressNanos = nowNanos;
      } else if (nowNanos - progressNanos >= OVERDUE_NANOS) {
        repair.run();
        progressNanos = nowNanos;
      }
    }
    waiting.remove(Thread.currentThread());
    return deliveredSeq >= seq;
  }
}
