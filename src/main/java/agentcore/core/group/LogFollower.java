package agentcore.core.group;

import agentcore.core.backend.Draft;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Safely;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Follows a log for its owner, which is a {@link Group}, an {@link InboxFollower} or a {@link
 * RoomSubscription}: knows the position up to which the owner has received the log, and passes the
 * next entries on, in order and without gaps.
 *
 * <p>An entry that arrives as news is the next one, or a duplicate, or shows that news was lost.
 * Then a worker reads the log from the position, a few pages at a turn. If the log does not
 * continue there, the owner announces a reset, and the log's end becomes the position.
 *
 * <p>The owner's lock is held wherever the position changes. Publishers wait for their own entry
 * without the lock. {@code Condition.await()} would release the lock without draining a group's
 * queue; every other release drains it.
 */
final class LogFollower {
  static final int PAGE_ENTRIES = 128;
  static final int PAGE_BYTES = 128 * 1024;

  private static final int TURN_PAGES = 8;

  /** How long a publisher waits for its own entry. */
  static final Duration PATIENCE = Duration.ofMillis(500);

  /**
   * A read of the log is requested if no entry is delivered for so long while a publisher waits.
   */
  static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Receives the entries of a log. */
  interface Recipient {
    /** Receives the next entry. If this throws, the entry is read again. */
    void deliver(Entry entry);
  }

  private final GroupId id;
  private final Log log;
  private final LongAdder read;
  private final Recipient recipient;
  private final Runnable requestReading;
  private volatile Position position = Position.UNKNOWN;

  /** The owner has passed on everything up to this seq. */
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
   * @param read counts the entries that are read from the log
   * @param requestReading requests that a worker calls {@link #readPages}; never blocks
   */
  LogFollower(GroupId id, Log log, LongAdder read, Recipient recipient, Runnable requestReading) {
    this.id = id;
    this.log = log;
    this.read = read;
    this.recipient = recipient;
    this.requestReading = requestReading;
  }

  GroupId id() {
    return id;
  }

  /** Returns the position of the last entry that the owner received. Any thread. */
  Position position() {
    return position;
  }

  /** Subscribes the owner, then moves to the log's end, so that no news is missed. Blocks. */
  void open(Subscriber owner) {
    try {
      log.subscribe(id, owner);
      moveTo(openEnd());
    } catch (Throwable failure) {
      unsubscribe(owner); // also what a failed subscription left behind
      throw failure;
    }
  }

  /** Ends the owner's subscription; never throws. */
  void unsubscribe(Subscriber owner) {
    Safely.run("unsubscribing from a log", () -> log.unsubscribe(id, owner));
  }

  /** Continues at another position; no entry after it has been delivered yet. */
  void moveTo(Position next) {
    position = next;
    delivered();
  }

  /** Begins to append an entry, as {@link Log#submit} does. Any thread. */
  Supplier<PublishResult> submit(Draft draft, Optional<IdempotencyKey> key) {
    return log.submit(id, position, draft, key);
  }

  /**
   * Delivers the next entry, drops the entry at the current position, and requests a read of the
   * log in every other case.
   */
  void accept(Entry entry, String previousId) {
    if (position.isFollowedBy(entry, previousId) && !replacesAppended(entry)) {
      deliver(entry);
    } else if (!entry.position().equals(position)) {
      requestReading.run();
    }
  }

  private void deliver(Entry entry) {
    recipient.deliver(entry);
    position = entry.position(); // only now: an entry that could not be delivered is read again
  }

  /** Wakes the publishers of entries that the owner has passed on. */
  void delivered() {
    long seq = position.seq();
    if (seq != deliveredSeq) {
      deliveredSeq = seq;
      waiting.forEach(LockSupport::unpark);
    }
  }

  /**
   * Reads and delivers the next entries, some pages of them. Blocks.
   *
   * @return the last page; if its status is not OK, the log does not continue at the position
   */
  LogPage readPages() {
    LogPage page = readPage();
    for (int pages = 1; page.more() && pages < TURN_PAGES; pages++) {
      page = readPage();
    }
    return page;
  }

  private LogPage readPage() {
    Position known = newestKnown();
    LogPage page = log.read(id, position, PAGE_ENTRIES, PAGE_BYTES);
    if (isContradictedBy(known, page)) {
      return LogPage.broken(LogPage.Status.REWRITTEN, page.top());
    }
    if (page.status() == LogPage.Status.EPOCH && position.equals(Position.UNKNOWN)) {
      position = Position.beginning(page.top().epoch()); // there was no log; one may have begun
      boolean hasBegun = !position.equals(Position.UNKNOWN);
      return new LogPage(LogPage.Status.OK, page.top(), page.entries(), hasBegun);
    }
    read.add(page.entries().size());
    page.entries().forEach(this::deliver);
    return page;
  }

  /**
   * Returns the end of a log that does not continue at the position. When the owner has announced a
   * reset, it continues there with {@link #moveTo}. Blocks.
   */
  Position openEnd() {
    return log.open(id, newestKnown()); // an emptied store starts a new log with higher numbers
  }

  /**
   * Returns whether the log has lost an entry that this server appended: the log ends before that
   * entry, or has a different entry with the same seq. This happens when the store fails over
   * before the entry's notification arrives.
   *
   * @param known the result of {@link #newestKnown} from before the page was read; the page need
   *     not contain entries appended after that
   */
  private boolean isContradictedBy(Position known, LogPage page) {
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
  private Position newestKnown() {
    Position appended = appendedHere();
    return appended.seq() > position.seq() ? appended : position;
  }

  /**
   * Compares the position with the log, which also keeps the log's epoch alive. Blocks, without the
   * owner's lock. If the log is only ahead, the notifications may still arrive; any other
   * difference is repaired.
   *
   * @return the log's newest seq, which the position should reach soon
   */
  long compare() {
    Position top = log.open(id, position);
    Position reached = position;
    boolean isAhead = top.epoch().equals(reached.epoch()) && top.seq() > reached.seq();
    if (!isAhead && !top.equals(reached)) {
      requestReading.run();
    }
    return top.seq();
  }

  /** Requests a read of the log if the position has not reached {@code seq}. */
  void requireSeq(long seq) {
    if (position.seq() < seq) {
      requestReading.run();
    }
  }

  /**
   * Waits, for a limited time, until the appended entry has been delivered, so that a sender
   * receives its own event before the reply to its next request. Requests a read of the log if the
   * entry's notification is overdue. Any thread, without the owner's lock.
   *
   * @return whether it has been delivered
   */
  boolean awaitDelivery(Position appended, Duration patience) {
    long seq = appended.seq();
    if (deliveredSeq >= seq) {
      return true;
    }
    appendedHere.accumulateAndGet(appended, (a, b) -> b.seq() > a.seq() ? b : a);
    waiting.add(Thread.currentThread());
    long startNanos = System.nanoTime();
    long nowNanos = startNanos;
    while (deliveredSeq < seq
        && nowNanos - startNanos < patience.toNanos()
        && !Thread.currentThread().isInterrupted()) {
      long parkedNanos = nowNanos;
      LockSupport.parkNanos(OVERDUE_NANOS); // until any entry is delivered
      nowNanos = System.nanoTime();
      if (nowNanos - parkedNanos >= OVERDUE_NANOS) {
        requestReading.run();
      }
    }
    waiting.remove(Thread.currentThread());
    return deliveredSeq >= seq;
  }
}
