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
 * Follows a room's log for the members here: knows the position up to which they received it, and
 * hands them the next entries.
 *
 * <p>The group's lock is held wherever the position moves. Publishers wait for their own message
 * without it: waiting on a condition would release the lock without a look into the inbox, which
 * every other release is followed by.
 */
final class LogFollower {
  /** How long a publisher waits for its own message. */
  static final Duration PATIENCE = Duration.ofMillis(500);

  /** The log is read if no entry is delivered for that long while a publisher waits. */
  private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Serializer serializer;
  private final Members members;
  private final Runnable repair;
  private final long patienceNanos;
  private volatile Position position = Position.UNKNOWN;

  /** The members have everything up to this seq in their outboxes. */
  private volatile long deliveredSeq;

  /** The newest entry that this server itself has appended. */
  private final AtomicReference<Position> appendedHere = new AtomicReference<>(Position.UNKNOWN);

  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();

  /**
   * Creates a follower of a log that is not known yet.
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

  /** Continues at another place of the log, from which nothing was delivered yet. */
  void moveTo(Position place) {
    position = place;
    noteDelivered();
  }

  /** Delivers the next entry, drops a repeated one, and has the log read in any other case. */
  void accept(Entry entry, String previousId) {
    if (position.isFollowedBy(entry, previousId) && !replacesAppended(entry)) {
      deliver(entry);
    } else if (!entry.position().equals(position)) {
      repair.run();
    }
  }

  /** Delivers the next entry; {@link #flush} completes that. */
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
   * Returns whether the log has lost an entry that this server appended: it ends before it, or has
   * another in its place. That happens when a store fails over before the news has arrived.
   *
   * @param known what {@link #newestKnown} returned before the page was read: later entries are not
   *     on it
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
   * Waits, for a limited time, until the members have what was appended: so a sender receives its
   * own event before the reply to its next request. Has the log read if the news is overdue. Any
   * thread, without the group's lock.
   *
   * @return whether they have it
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
