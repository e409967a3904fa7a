package agentcore.core.group;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Log;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.Event;
import agentcore.core.message.Names;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads a group's log again when an entry does not follow the group's position. The reads run on
 * the {@link Workers} that all groups share.
 *
 * <p>The group's lock is held while the log is read, so that no entry is delivered from an
 * uncertain position.
 */
final class GapRepair {
  static final int PAGE_ENTRIES = 128;
  static final int PAGE_BYTES = 128 * 1024;

  private static final int TURN_PAGES = 8;

  private final Group group;
  private final LogFollower follower;
  private final Members members;
  private final Groups groups;
  private final Log log;
  private final Workers.Job reading;
  private final Workers.Job resyncing;
  private final AtomicBoolean hintsLost = new AtomicBoolean();

  /**
   * The last unknown epoch that a client sent. After a data loss, thousands of clients send the
   * same one; the log is read only once for it.
   */
  private String unknownEpoch = "";

  GapRepair(Group group, LogFollower follower, Members members, Groups groups) {
    this.group = group;
    this.follower = follower;
    this.members = members;
    this.groups = groups;
    this.log = groups.backend().log();
    this.reading = groups.readers().job("reading a log again", this::readTurn);
    this.resyncing = groups.resyncers().job("a resync", this::resync);
  }

  /** Requests a read of the log from the position. Never blocks. */
  void request() {
    reading.request();
  }

  /**
   * Requests a read of the log, and a resync afterwards, because presence hints may be lost too.
   */
  void requestWithResync() {
    hintsLost.set(true);
    request();
  }

  /**
   * Reads at most {@link #TURN_PAGES} pages. If the store is unreachable, the worker retries while
   * the group has members.
   */
  private Workers.Outcome readTurn() {
    boolean more;
    try {
      more = group.locked(() -> readPages(TURN_PAGES));
    } catch (BackendException unreachable) {
      return delayed("reading the log", unreachable);
    }
    if (more) {
      return Workers.Outcome.MORE;
    }
    if (hintsLost.getAndSet(false)) {
      resyncing.request();
    }
    return Workers.Outcome.DONE;
  }

  /**
   * Reads the log if a client has already seen entries, on another server, that the members here
   * have not received.
   */
  void catchUp(Position seen) {
    Position position = follower.position();
    boolean isOtherEpoch = !seen.epoch().equals(position.epoch());
    if (isOtherEpoch ? !seen.epoch().equals(unknownEpoch) : seen.seq() > position.seq()) {
      boolean more = true;
      while (more) {
        more = readPages(TURN_PAGES);
      }
      unknownEpoch = isOtherEpoch ? seen.epoch() : unknownEpoch;
    }
  }

  /** Reads at most {@code max} pages; returns whether the log has more. */
  private boolean readPages(int max) {
    boolean more = true;
    try {
      for (int pages = 0; more && pages < max; pages++) {
        Position known = follower.newestKnown();
        LogPage page = log.read(group.id(), follower.position(), PAGE_ENTRIES, PAGE_BYTES);
        if (follower.isContradictedBy(known, page)) {
          reset(LogPage.broken(LogPage.Status.REWRITTEN, page.top()));
          return false;
        }
        if (page.status() == LogPage.Status.OK) {
          groups.metrics().gapMessages.add(page.entries().size());
          page.entries().forEach(follower::deliver);
        } else {
          reset(page);
        }
        more = page.more();
      }
      return more;
    } finally {
      follower.flush(); // also the pages that were read before the store failed
    }
  }

  /** Tells the members that the log does not continue at their position, and moves to its end. */
  private void reset(LogPage page) {
    follower.flush();
    // A store that was emptied or rolled back starts a new log with higher numbers.
    Position top = log.open(group.id(), follower.newestKnown());
    groups.metrics().resets.of(LogEvents.reason(page.status())).increment();
    Event event = LogEvents.reset(group.room(), top, page.status());
    members.offer(Frame.text(groups.write(event)));
    follower.moveTo(top);
  }

  /**
   * Compares the position with the log, which also keeps the log's epoch alive. Blocks, without the
   * group's lock. If the log is only ahead, the notifications may still arrive; any other
   * difference is repaired.
   *
   * @return the log's newest seq, which the position should reach soon
   */
  long compare() {
    Position top = log.open(group.id(), follower.position());
    Position position = follower.position();
    boolean isAhead = top.epoch().equals(position.epoch()) && top.seq() > position.seq();
    if (!isAhead && !top.equals(position)) {
      request();
    }
    return top.seq();
  }

  /** Requests a read of the log if the position has not reached {@code seq}. */
  void requireSeq(long seq) {
    if (follower.position().seq() < seq) {
      request();
    }
  }

  /** Asks each endpoint that has members here for an event, and sends it to these members. */
  private Workers.Outcome resync() {
    try {
      int count = groups.backend().presence().counts(List.of(group.id())).getFirst();
      for (Consumer endpoint : group.endpoints()) {
        Safely.run(
            "a resync of the room " + Names.printable(group.room().name()),
            () ->
                endpoint
                    .afterLoss(group.room(), count)
                    .ifPresent(event -> group.send(endpoint, groups.write(event))));
      }
      return Workers.Outcome.DONE;
    } catch (BackendException unreachable) {
      return delayed("a resync", unreachable);
    }
  }

  private Workers.Outcome delayed(String what, BackendException unreachable) {
    Safely.report(what + " of " + Names.printable(group.room().name()), unreachable);
    return group.isEmpty() ? Workers.Outcome.DONE : Workers.Outcome.LATER;
  }
}
