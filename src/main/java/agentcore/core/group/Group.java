package agentcore.core.group;

import agentcore.core.backend.Draft;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.CloseCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * This server's part of a room: the {@link Members} that are connected here, and the {@link
 * LogFollower} of the room's log.
 *
 * <p>One lock guards both, because the position at which a member enters must be exact: members,
 * position and delivery change only together, so all members see the same order without gaps.
 */
final class Group implements Subscriber, NewsQueue.Handler {
  private final GroupId id;
  private final Room room;
  private final Groups groups;
  private final ReentrantLock lock = new ReentrantLock();
  private final Members members;
  private final LogFollower follower;
  private final GapRepair repair;
  private final NewsQueue queue = new NewsQueue(lock, this);

  /** The number of uses of this group; guarded by the map of the {@link Groups}. */
  int uses;

  /** Subscribed, and at a position of the log; guarded by the lock. */
  boolean isOpen;

  /** News that is in no log was refused: the members must reconnect. */
  private final AtomicBoolean overrun = new AtomicBoolean();

  Group(Room room, Groups groups) {
    this.id = GroupId.room(room);
    this.room = room;
    this.groups = groups;
    this.members = new Members(groups.metrics().delivered);
    this.follower = groups.newFollower(members, () -> repair().request());
    this.repair = new GapRepair(this, follower, members, groups);
  }

  GroupId id() {
    return id;
  }

  Room room() {
    return room;
  }

  LogFollower follower() {
    return follower;
  }

  GapRepair repair() {
    return repair;
  }

  Position position() {
    return follower.position();
  }

  /** Runs an action under the lock, then handles the news that arrived during it. */
  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
      queue.drain();
    }
  }

  void run(Runnable action) {
    locked(
        () -> {
          action.run();
          return true;
        });
  }

  /**
   * Reads the log up to what a client has seen, if the members here have not received it yet.
   * Blocks.
   *
   * @throws agentcore.core.backend.BackendException if the store is unreachable
   */
  void catchUp(Position seen) {
    run(() -> repair.catchUp(seen));
  }

  Supplier<PublishResult> publish(Draft draft, Optional<IdempotencyKey> key) {
    long startedNanos = System.nanoTime();
    Log log = groups.backend().log();
    Supplier<PublishResult> result = log.submit(id, position(), draft, key);
    return () -> published(result.get(), startedNanos);
  }

  private PublishResult published(PublishResult result, long startedNanos) {
    groups.metrics().publishDuration.record(System.nanoTime() - startedNanos);
    if (result.outcome() == PublishResult.Outcome.APPENDED
        && follower.awaitDelivery(result.position())) {
      groups.metrics().deliveryLag.record(System.nanoTime() - startedNanos);
    }
    return result;
  }

  /** Expects a membership that the store does not know yet, so that an eviction finds it. */
  void expect(GroupMembership membership) {
    run(() -> members.expect(membership));
  }

  /**
   * Adds an expected membership, which receives every entry after its position from now on.
   *
   * @return false if it was evicted before this call
   */
  boolean add(GroupMembership membership) {
    return locked(
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
    return locked(() -> removeMember(membership));
  }

  private boolean removeMember(GroupMembership membership) {
    membership.owner().remove(membership);
    return members.remove(membership);
  }

  /** Holds a member's events back and returns the position up to which it was offered them. */
  Position holdAndPosition(GroupMembership member) {
    return locked(
        () -> {
          member.connection().hold();
          return follower.position();
        });
  }

  boolean isEmpty() {
    return locked(members::isEmpty);
  }

  List<Connection> connections() {
    return locked(members::connections);
  }

  List<Consumer> endpoints() {
    return locked(members::endpoints);
  }

  void send(Consumer endpoint, String text) {
    post(new NewsQueue.News.Resynced(endpoint, text));
    queue.drain();
  }

  @Override
  public void onEntry(Entry entry, String previousId) {
    post(new NewsQueue.News.Appended(entry, previousId));
  }

  @Override
  public void flush() {
    queue.drain();
  }

  @Override
  public void onNotice(Notice notice) {
    post(new NewsQueue.News.Noticed(notice));
    queue.drain();
  }

  @Override
  public void onGap() {
    repair.requestWithResync();
  }

  private void post(NewsQueue.News news) {
    if (!queue.add(news)) {
      if (NewsQueue.isUrgent(news)) {
        overrun.set(true);
      } else {
        onGap();
      }
    }
  }

  @Override
  public void handle(NewsQueue.News news) {
    try {
      handleNews(news);
    } catch (Throwable defect) {
      failed(defect);
    }
  }

  @Override
  public void endTurn() {
    if (overrun.get()
        && overrun.getAndSet(false)
        && !Safely.run(
            "closing the members of a group", () -> members.closeAll(CloseCode.TRY_AGAIN_LATER))) {
      overrun.set(true); // the next turn tries again
    }
    try {
      follower.flush();
    } catch (Throwable defect) {
      failed(defect);
    }
  }

  /** Entries that may not have been delivered are read from the log. */
  private void failed(Throwable defect) {
    Safely.report("delivering to the members of a group", defect);
    Safely.run("requesting a repair", this::onGap);
  }

  private void handleNews(NewsQueue.News news) {
    switch (news) {
      case NewsQueue.News.Appended(Entry entry, String previousId) ->
          follower.accept(entry, previousId);
      case NewsQueue.News.Noticed(Notice notice) -> {
        follower.flush();
        members.offer(notice);
        if (notice.kind() == Notice.Kind.EVICT) {
          evict(notice);
        }
      }
      case NewsQueue.News.Resynced(Consumer endpoint, String text) -> {
        follower.flush();
        members.offer(endpoint, text);
      }
    }
  }

  /** Ends the named membership, and no later one of the same channel. */
  private void evict(Notice eviction) {
    members
        .evicted(eviction)
        .ifPresent(
            membership -> {
              removeMember(membership);
              groups.releaseInBackground(this);
            });
  }
}
