package agentcore.core.group;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Presence.JoinResult;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.RoomListener;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Post;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Admits connections, and lets them enter and leave rooms.
 *
 * <p>Its methods call the backend and may block. Those that take the memberships of a connection
 * are called by that connection's reader thread. Safe for all threads.
 */
public final class ConnectionManager implements AutoCloseable {
  private static final int RANDOM_BYTES = 12;

  private final Backend backend;
  private final ConnectionRegistry registry;
  private final Clock clock;
  private final Metrics metrics;
  final Groups groups;
  private final ConnectionLimits limits;
  private final Serializer serializer;

  /** A message id is a random prefix of this server and a number: cheaper than a random id each. */
  private final String idPrefix;

  private final AtomicLong idNumber = new AtomicLong();
  private final AtomicLong joins = new AtomicLong();

  /** Creates a manager without connections. */
  public ConnectionManager(
      Backend backend,
      ConnectionRegistry registry,
      Serializer serializer,
      ConnectionLimits limits,
      Clock clock,
      Metrics metrics) {
    this.backend = backend;
    this.registry = registry;
    this.serializer = serializer;
    this.clock = clock;
    this.metrics = metrics;
    this.groups = new Groups(backend, serializer, clock, metrics);
    this.limits = limits;
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    this.idPrefix = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + '.';
  }

  /**
   * Finds groups whose members lack entries, and continues work for which no thread could be
   * started. To be called every few seconds.
   */
  public void compareGroups() {
    Safely.run("comparing the groups with their logs", groups::compareAll);
  }

  /** Ends the listeners' subscriptions and the threads of all groups. */
  @Override
  public void close() {
    groups.close();
  }

  /** Returns the backend. */
  public Backend backend() {
    return backend;
  }

  /** Returns this server's connections. */
  public ConnectionRegistry registry() {
    return registry;
  }

  /** Returns the metrics. */
  public Metrics metrics() {
    return metrics;
  }

  /** Returns the current time, in milliseconds since the epoch. */
  public long now() {
    return clock.millis();
  }

  /** Returns the memberships of a connection that is in no group yet. */
  public Memberships memberships(Connection connection, Consumer consumer) {
    return new Memberships(new InboxFollower(connection, groups), consumer);
  }

  /**
   * Admits a connection within the limits and registers it, or returns the code with which it is
   * refused. {@link #disconnect} ends an admitted one.
   */
  public Optional<CloseCode> connect(Memberships memberships) {
    InboxFollower inbox = memberships.inbox();
    try {
      backend.log().subscribe(inbox.id(), inbox); // before it joins, so that it misses nothing
      Optional<CloseCode> refusal = takePlaces(inbox);
      refusal.ifPresent(code -> leave(inbox));
      return refusal;
    } catch (Throwable failure) {
      // The store may have made it a member; the refusal need not wait until that is undone.
      Safely.runInBackground("undo-" + inbox.connection(), () -> leave(inbox));
      if (failure instanceof BackendException) {
        Safely.report("the admission of " + inbox.connection(), failure);
        return Optional.of(CloseCode.TRY_AGAIN_LATER);
      }
      throw failure;
    }
  }

  /** Checks and takes each limit in one step. The second tells the position of the user's log. */
  private Optional<CloseCode> takePlaces(InboxFollower inbox) {
    Presence presence = backend.presence();
    Member member = inbox.member();
    JoinResult ofAll = presence.join(GroupId.all(), member, limits.total(), Optional.empty());
    if (ofAll.outcome() == JoinResult.Outcome.FULL) {
      return Optional.of(CloseCode.TRY_AGAIN_LATER);
    }
    JoinResult ofUser = presence.join(inbox.id(), member, limits.perUser(), Optional.empty());
    if (ofUser.outcome() == JoinResult.Outcome.FULL) {
      return Optional.of(CloseCode.TOO_MANY_CONNECTIONS);
    }
    inbox.start(ofUser.log());
    registry.add(inbox.connection());
    return Optional.empty();
  }

  /** Ends what {@link #connect} began; never throws. */
  private void leave(InboxFollower inbox) {
    Safely.run(
        "unsubscribing from a user's log", () -> backend.log().unsubscribe(inbox.id(), inbox));
    leaveStore(inbox.id(), inbox.member(), Optional.empty());
    leaveStore(GroupId.all(), inbox.member(), Optional.empty());
  }

  /**
   * Ends a membership in the store; never throws. If the store is unreachable, the member is
   * removed later, like all members that their server does not confirm.
   */
  private void leaveStore(GroupId group, Member member, Optional<Notice> announcement) {
    Safely.run(
        "leaving a group in the store",
        () -> backend.presence().leave(group, member, announcement));
  }

  /**
   * Ends the memberships of a connection, announces its will to each room, and forgets the
   * connection. Idempotent. Every step runs even if others fail; never throws.
   */
  public void disconnect(Memberships memberships) {
    Connection connection = memberships.connection();
    if (!registry.remove(connection)) {
      return;
    }
    for (GroupMembership membership : memberships.all()) {
      Safely.run(
          "leaving a room at the end of " + connection,
          () -> leave(membership, membership.lastWill(clock.millis())));
    }
    leave(memberships.inbox());
  }

  /**
   * Puts a connection into a room. Events of the room are held until the current request has been
   * answered.
   *
   * @param will what the other members receive if this connection is lost, even with its server
   * @param announcement what the other members receive now
   * @param seen the last message that the client has seen; the connection enters after it
   * @return empty if the room no longer exists
   */
  public Optional<GroupMembership> enter(
      Memberships memberships,
      Room room,
      String will,
      Optional<Notice> announcement,
      Optional<Position> seen) {
    Optional<GroupMembership> already = memberships.find(room.name());
    if (already.isPresent()) {
      return already;
    }
    Connection connection = memberships.connection();
    connection.hold();
    Group group = groups.acquire(room);
    String join = Long.toString(joins.incrementAndGet());
    Member member =
        new Member(connection.channel(), connection.user(), join, GroupMembership.template(will));
    GroupMembership membership = new GroupMembership(memberships, group, member);
    boolean isInDoubt = false;
    boolean isAdded = false;
    try {
      group.expect(membership);
      seen.ifPresent(group::catchUp);
      isInDoubt = true;
      JoinResult joined =
          backend.presence().join(group.id(), member, Integer.MAX_VALUE, announcement);
      isAdded = joined.outcome() != JoinResult.Outcome.GONE && group.add(membership);
      isInDoubt = false; // if it was evicted, the store knows
      return memberships.find(room.name());
    } catch (BackendException unknown) {
      isInDoubt = false; // the store ends the membership by itself
      throw unknown;
    } finally {
      if (!isAdded) {
        Safely.run("undoing an entry", () -> group.remove(membership));
        if (isInDoubt) {
          leaveStore(group.id(), member, membership.lastWill(clock.millis()));
        }
        groups.release(group);
      }
    }
  }

  /** Returns what an event is appended to a log as, with the current time. */
  public Draft draft(Post post) {
    long now = clock.millis();
    String id = idPrefix + Long.toHexString(idNumber.incrementAndGet());
    byte[] utf8 = serializer.encode(post.event(), now);
    return new Draft(id, utf8, post.author(), post.mentions(), now);
  }

  /**
   * Appends an event to the log of a room or a user, connected or not. Returns when it has been
   * stored and the members of the room here have it.
   */
  public PublishResult publish(GroupId group, Draft draft, Optional<IdempotencyKey> key) {
    return groups.publish(group, draft, key);
  }

  /**
   * Subscribes a listener to the events of a room from now on. Blocks.
   *
   * @return ends the subscription
   * @throws IllegalStateException after {@link #close}
   */
  public Runnable subscribe(Room room, RoomListener listener) {
    return groups.subscribe(room, listener)::close;
  }

  /**
   * Takes a connection out of a room; no event of the room follows. If the store fails, the failure
   * is logged, and the connection has left the room nevertheless.
   *
   * @return whether it was in the room
   */
  public boolean leave(GroupMembership membership, Optional<Notice> announcement) {
    Group group = membership.group();
    if (!group.remove(membership)) {
      return false;
    }
    leaveStore(group.id(), membership.member(), announcement);
    groups.release(group);
    return true;
  }
}
