package agentcore.core.group;

import agentcore.core.backend.Backend;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Safely;
import agentcore.core.message.Event;
import agentcore.core.message.Post;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

  private static final int RANDOM_BYTES = 12;

  private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Logger LOG = System.getLogger(Groups.class.getName());

  private final ConcurrentHashMap<GroupId, Group> open = new ConcurrentHashMap<>();
  private final Backend backend;
  private final Serializer serializer;
  private final Clock clock;
  private final Metrics metrics;
  private final Duration patience;

  /** A message id is a random prefix of this server and a number: cheaper than a random id each. */
  private final String idPrefix;

  private final AtomicLong idNumber = new AtomicLong();

  private final Workers readers = new Workers("log-reader", MAX_READERS);

  /** Separate from the readers, so that rooms need not wait for the inboxes of many users. */
  private final Workers inboxReaders = new Workers("inbox-reader", MAX_INBOX_READERS);

  /** Separate from the readers, because an endpoint's code may block. */
  private final Workers resyncers = new Workers("resync", MAX_READERS);

  Groups(Backend backend, Serializer serializer, Clock clock, Metrics metrics, Duration patience) {
    this.backend = backend;
    this.serializer = serializer;
    this.clock = clock;
    this.metrics = metrics;
    this.patience = patience;
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    this.idPrefix = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + '.';
  }

  Backend backend() {
    return backend;
  }

  Serializer serializer() {
    return serializer;
  }

  Metrics metrics() {
    return metrics;
  }

  LogFollower newFollower(Members members, Runnable repair) {
    return new LogFollower(serializer, members, repair, patience);
  }

  Workers readers() {
    return readers;
  }

  Workers inboxReaders() {
    return inboxReaders;
  }

  Workers resyncers() {
    return resyncers;
  }

  private String newMessageId() {
    return idPrefix + Long.toHexString(idNumber.incrementAndGet());
  }

  /** Returns what an event is appended as, with the current time. */
  Draft draft(Post post) {
    long now = clock.millis();
    String text = serializer.write(post.event(), now);
    return new Draft(newMessageId(), text, post.author(), post.mentions(), now);
  }

  /** Writes an event with the current time. */
  String write(Event event) {
    return serializer.write(event, clock.millis());
  }

  /** Appends to the log of a room that need not have members here. Blocks. */
  PublishResult publish(Room room, Draft draft, Optional<IdempotencyKey> key) {
    Optional<Group> group = find(GroupId.room(room));
    if (group.isPresent()) {
      return group.get().publish(draft, key).get();
    }
    return append(GroupId.room(room), Position.UNKNOWN, draft, key);
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
      open(group);
      return group;
    } catch (Throwable failure) {
      release(group);
      throw failure;
    }
  }

  /** Subscribes, then reads the position, so that no news is missed. */
  private void open(Group group) {
    group.run(
        () -> {
          if (group.isOpen) {
            return;
          }
          try {
            backend.log().subscribe(group.id(), group);
            group.follower().moveTo(backend.log().open(group.id(), group.position()));
            group.isOpen = true;
          } finally {
            if (!group.isOpen) {
              unsubscribe(group); // also what a failed subscription left behind
            }
          }
        });
  }

  /** Ends one use of a group; the last one closes it. May block; never throws. */
  void release(Group group) {
    Group left = open.computeIfPresent(group.id(), (key, used) -> --used.uses == 0 ? null : used);
    if (left == null) {
      unsubscribe(group);
    }
  }

  /** Ends one use of a group on another thread, because the caller holds the group's lock. */
  void releaseInBackground(Group group) {
    Safely.runInBackground("release-group", () -> release(group));
  }

  private void unsubscribe(Group group) {
    Safely.run("unsubscribing from a group", () -> backend.log().unsubscribe(group.id(), group));
  }

  Optional<Group> find(GroupId id) {
    return Optional.ofNullable(open.get(id));
  }

  int size() {
    return open.size();
  }

  /**
   * Compares every group with its log, one after the other. Then it requests a read of each log
   * whose news has still not arrived. While the store is unreachable, this takes long, but makes
   * only one call at a time. Only the first of several failures is reported.
   */
  void compareAll() {
    Map<Group, Long> ahead = new HashMap<>();
    int failed = 0;
    for (Group group : open.values()) {
      try {
        long top = group.repair().compare();
        if (top > group.position().seq()) {
          ahead.put(group, top);
        }
      } catch (Throwable failure) {
        failed++;
        if (failed == 1) {
          Safely.report("comparing a group with its log", failure);
        }
      }
    }
    if (failed > 1) {
      LOG.log(Level.DEBUG, "{0} groups could not be compared with their logs", failed);
    }
    if (!ahead.isEmpty()) {
      LockSupport.parkNanos(OVERDUE_NANOS);
      ahead.forEach((group, top) -> group.repair().requireSeq(top));
    }
  }

  /** Starts workers for jobs that wait because no thread could be started for them. */
  void wakeWorkers() {
    Safely.run("starting a log reader", readers::wake);
    Safely.run("starting an inbox reader", inboxReaders::wake);
    Safely.run("starting a resync", resyncers::wake);
  }

  @Override
  public void close() {
    Safely.run("ending the log readers", readers::close);
    Safely.run("ending the inbox readers", inboxReaders::close);
    Safely.run("ending the resyncs", resyncers::close);
  }
}
