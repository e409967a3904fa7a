package agentcore.core.group;

import agentcore.core.backend.Backend;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.RoomListener;
import agentcore.core.message.Event;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The groups of the rooms that have members on this server, and what they share. A group is opened
 * for its first user and closed after its last.
 *
 * <p>The uses of a group are counted inside the map. Opening calls the backend and may block, so it
 * happens outside of the map, under the group's lock.
 */
final class Groups implements AutoCloseable {
  /** The logs that are read at the same time after an outage; the other groups wait. */
  static final int MAX_READERS = 16;

  /** The inboxes that are read at the same time after an outage. */
  private static final int MAX_INBOX_READERS = 8;

  final ConcurrentHashMap<GroupId, Group> open = new ConcurrentHashMap<>();
  final Backend backend;
  final Serializer serializer;
  private final Clock clock;
  final Metrics metrics;

  final Workers readers = new Workers("log-reader", MAX_READERS);

  /** Separate from the readers, so that rooms need not wait for the inboxes of many users. */
  final Workers inboxReaders = new Workers("inbox-reader", MAX_INBOX_READERS);

  /** Separate from the readers, because an endpoint's code may block. */
  final Workers resyncers = new Workers("resync", MAX_READERS);

  private final List<Workers> workers = List.of(readers, inboxReaders, resyncers);
  private final Set<RoomSubscription> subscriptions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Groups(Backend backend, Serializer serializer, Clock clock, Metrics metrics) {
    this.backend = backend;
    this.serializer = serializer;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Writes an event with the current time. */
  String write(Event event) {
    return serializer.write(event, clock.millis());
  }

  /** Appends to a log, and waits until the members here have the entry. Blocks. */
  PublishResult publish(GroupId id, Draft draft, Optional<IdempotencyKey> key) {
    Optional<Group> group = find(id);
    return group.isPresent()
        ? group.get().publish(draft, key).get()
        : append(id, Position.UNKNOWN, draft, key);
  }

  /**
   * Appends to a log, whether or not it has subscribers here. Blocks.
   *
   * @param known the newest position that the caller knows
   */
  PublishResult append(GroupId group, Position known, Draft draft, Optional<IdempotencyKey> key) {
    long startedNanos = System.nanoTime();
    PublishResult result = backend.log().publish(group, known, draft, key);
    metrics.publishDuration.record(System.nanoTime() - startedNanos);
    return result;
  }

  /**
   * Returns a room's group, which follows the room's log; {@link #release} ends this use. Blocks.
   *
   * @throws agentcore.core.backend.BackendException if it cannot be opened; there is nothing to
   *     release then
   */
  Group acquire(Room room) {
    Group group =
        open.compute(
            GroupId.room(room),
            (key, old) -> {
              Group used = old != null ? old : new Group(room, this);
              used.uses++;
              return used;
            });
    try {
      group.open();
      return group;
    } catch (Throwable failure) {
      release(group);
      throw failure;
    }
  }

  /** Ends one use of a group; the last one closes it. May block; never throws. */
  void release(Group group) {
    Group left = open.computeIfPresent(group.id(), (key, used) -> --used.uses == 0 ? null : used);
    if (left == null) {
      group.close();
    }
  }

  Optional<Group> find(GroupId id) {
    return Optional.ofNullable(open.get(id));
  }

  /**
   * Compares every group with its log, one after the other, after waking workers for which no
   * thread could be started before. Then it requests a read of each log whose news has still not
   * arrived. While the store is unreachable, this takes long, but makes only one call at a time.
   * The listeners' workers compare by themselves. Only the first of several failures is reported.
   */
  void compareAll() {
    workers.forEach(each -> Safely.run("starting a worker", each::wake));
    subscriptions.forEach(each -> Safely.run("checking a subscription", each::check));
    Map<Group, Long> ahead = new HashMap<>();
    boolean hasFailed = false;
    for (Group group : open.values()) {
      try {
        long top = group.follower.compare();
        if (top > group.follower.position().seq()) {
          ahead.put(group, top);
        }
      } catch (Throwable failure) {
        if (!hasFailed) {
          Safely.report("comparing a group with its log", failure);
        }
        hasFailed = true;
      }
    }
    if (!ahead.isEmpty()) {
      LockSupport.parkNanos(LogFollower.OVERDUE_NANOS);
      ahead.forEach((group, top) -> group.follower.requireSeq(top));
    }
  }

  /**
   * Follows a room for a listener.
   *
   * @throws IllegalStateException after {@link #close}
   */
  RoomSubscription subscribe(Room room, RoomListener listener) {
    RoomSubscription subscription = new RoomSubscription(room, listener, this);
    subscription.start();
    subscriptions.add(subscription);
    if (closed) { // close() may have missed it
      subscription.close();
      throw new IllegalStateException("the server is closed");
    }
    return subscription;
  }

  void remove(RoomSubscription subscription) {
    subscriptions.remove(subscription);
  }

  /** Ends the subscriptions and all threads. */
  @Override
  public void close() {
    closed = true;
    subscriptions.forEach(each -> Safely.run("ending a subscription", each::close));
    workers.forEach(Workers::close);
  }
}
