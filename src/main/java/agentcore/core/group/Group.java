package agentcore.core.group;

import agentcore.core.backend.Draft;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * This server's part of a room: the {@link Members} that are connected here, and the {@link
 * LogFollower} of the room's log.
 *
 * <p>The lock of the {@link NewsQueue} guards both, because the position at which a member enters
 * must be exact: members, position and delivery change only together, so all members see the same
 * order without gaps. It is also held while the log is read, so that no entry is delivered from an
 * uncertain position. The queue calls {@link #onEntry}, {@link #onNotice} and {@link #flush} under
 * it.
 */
final class Group implements Subscriber {
  private final Room room;
  private final Groups groups;
  private final Serializer serializer;
  private final Metrics metrics;
  final Members members;
  final LogFollower follower;

  /** Receives the news of the room. */
  final NewsQueue news;

  private final Workers.Job reading;
  private final Workers.Job resyncing;
  private final AtomicBoolean hintsLost = new AtomicBoolean();

  /** The number of uses of this group; guarded by the map of the {@link Groups}. */
  int uses;

  /** Subscribed, and at a position of the log. */
  private volatile boolean isOpen;

  /**
   * The last unknown epoch that a client sent; guarded by the lock. After a data loss, thousands of
   * clients send the same one; the log is read only once for it.
   */
  private String unknownEpoch = "";

  Group(Room room, Groups groups) {
    this.room = room;
    this.groups = groups;
    this.serializer = groups.serializer;
    this.metrics = groups.metrics;
    this.members = new Members(metrics.delivered);
    this.reading = groups.readers.job("reading the log of a room", this::readTurn);
    this.resyncing = groups.resyncers.job("a resync", this::resync);
    this.follower =
        new LogFollower(
            GroupId.room(room),
            groups.backend.log(),
            metrics.gapMessages,
            this::deliver,
            reading::request);
    this.news = new NewsQueue(this, () -> members.closeAll(CloseCode.TRY_AGAIN_LATER));
  }

  GroupId id() {
    return follower.id();
  }

  Room room() {
    return room;
  }

  /** Begins to follow the log, unless it is followed already. Blocks. */
  void open() {
    news.run(
        () -> {
          if (!isOpen) {
            follower.open(news);
            isOpen = true;
          }
        });
  }

  /** Ends the subscription; never throws. Nobody uses the group any more. */
  void close() {
    isOpen = false;
    follower.unsubscribe(news);
  }

  Supplier<PublishResult> publish(Draft draft, Optional<IdempotencyKey> key) {
    long startedNanos = System.nanoTime();
    Supplier<PublishResult> result = follower.submit(draft, key);
    return () -> published(result.get(), startedNanos);
  }

  private PublishResult published(PublishResult result, long startedNanos) {
    metrics.publishDuration.record(System.nanoTime() - startedNanos);
    if (result.outcome() == PublishResult.Outcome.APPENDED
        && follower.awaitDelivery(result.position(), LogFollower.PATIENCE)) {
      metrics.deliveryLag.record(System.nanoTime() - startedNanos);
    }
    return result;
  }

  /** Expects a membership that the store does not know yet, so that an eviction finds it. */
  void expect(GroupMembership membership) {
    news.run(() -> members.expect(membership));
  }

  /**
   * Adds an expected membership, which receives every entry after its position from now on.
   *
   * @return false if it was evicted before this call
   */
  boolean add(GroupMembership membership) {
    return news.locked(
        () -> {
          if (!members.add(membership)) {
            return false;
          }
          membership.enteredAt(follower.position());
          membership.owner().add(membership);
          return true;
        });
  }

  /**
   * Ends a membership, an expected one too; no event of this group follows.
   *
   * @return whether it was a member: true for only one of several concurrent calls
   */
  boolean remove(GroupMembership membership) {
    return news.locked(() -> removeMember(membership));
  }

  private boolean removeMember(GroupMembership membership) {
    membership.owner().remove(membership);
    return members.remove(membership);
  }

  @Override
  public void onEntry(Entry entry, String previousId) {
    follower.accept(entry, previousId);
  }

  /** Frames an entry for the members; {@link #flush} offers it to them. */
  private void deliver(Entry entry) {
    if (!members.isEmpty()) {
      members.gather(LogEvents.frame(serializer, entry));
    }
  }

  @Override
  public void flush() {
    members.offerGathered();
    follower.delivered();
  }

  @Override
  public void onNotice(Notice notice) {
    flush();
    members.offer(notice);
    if (notice.kind() == Notice.Kind.EVICT) {
      members.evicted(notice).ifPresent(this::evict);
    }
  }

  private void evict(GroupMembership membership) {
    removeMember(membership);
    Safely.runInBackground("release-group", () -> groups.release(this)); // without the lock
  }

  /** Presence hints may be lost, too, so a resync follows. Any thread. */
  @Override
  public void onGap() {
    hintsLost.set(true);
    reading.request();
  }

  private Workers.Outcome readTurn() {
    if (news.locked(this::readPages)) {
      return Workers.Outcome.MORE;
    }
    if (hintsLost.getAndSet(false)) {
      resyncing.request();
    }
    return Workers.Outcome.DONE;
  }

  /** Reads some pages of the log, and returns whether it has more. */
  private boolean readPages() {
    if (!isOpen) {
      return false;
    }
    try {
      LogPage page = follower.readPages();
      if (page.status() != LogPage.Status.OK) {
        flush();
        reset(page.status());
      }
      return page.more();
    } finally {
      flush(); // also the pages that were read before the store failed
    }
  }

  private void reset(LogPage.Status status) {
    Position end = follower.openEnd();
    metrics.resets.of(LogEvents.reason(status)).increment();
    members.offer(Frame.text(groups.write(LogEvents.reset(room, end, status))));
    follower.moveTo(end);
  }

  /**
   * Reads the log up to what a client has seen on another server, if the members here have not
   * received it yet. Blocks.
   *
   * @throws agentcore.core.backend.BackendException if the store is unreachable
   */
  void catchUp(Position seen) {
    news.run(() -> readUpTo(seen));
  }

  private void readUpTo(Position seen) {
    Position position = follower.position();
    boolean isOtherEpoch = !seen.epoch().equals(position.epoch());
    if (isOtherEpoch ? !seen.epoch().equals(unknownEpoch) : seen.seq() > position.seq()) {
      boolean more = true;
      while (more) {
        more = readPages();
      }
      unknownEpoch = isOtherEpoch ? seen.epoch() : unknownEpoch;
    }
  }

  /** Asks each endpoint that has members here for an event, and sends it to these members. */
  private Workers.Outcome resync() {
    if (!isOpen) {
      return Workers.Outcome.DONE;
    }
    int count = groups.backend.presence().counts(List.of(id())).getFirst();
    for (Consumer endpoint : news.locked(members::endpoints)) {
      Safely.run(
          "a resync of the room " + Names.printable(room.name()),
          () ->
              endpoint
                  .afterLoss(room, count)
                  .ifPresent(event -> send(endpoint, groups.write(event))));
    }
    return Workers.Outcome.DONE;
  }

  /** Sends an event to the members of an endpoint. */
  void send(Consumer endpoint, String text) {
    news.run(
        () -> {
          flush();
          members.offer(endpoint, text);
        });
  }
}
