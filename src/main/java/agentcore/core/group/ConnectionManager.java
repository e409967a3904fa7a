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
import agentcore.core.backend.Presence.JoinResult;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Post;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Admits connections, and lets them enter and leave rooms.
 *
 * <p>Its methods call the backend and may block. Those that take the memberships of a connection
 * are called by that connection's reader thread. Safe for all threads.
 */
public final class ConnectionManager implements AutoCloseable {
  private final Backend backend;
  private final ConnectionRegistry registry;
  private final Clock clock;
  private final Metrics metrics;
  private final Groups groups;
  private final Admission admission;
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
    this.clock = clock;
    this.metrics = metrics;
    this.groups = new Groups(backend, serializer, clock, metrics, LogFollower.PATIENCE);
    this.admission = new Admission(backend, registry, limits);
  }

  /**
   * Finds groups whose members lack entries, and continues work for which no thread could be
   * started. To be called every few seconds.
   */
  public void compareGroups() {
    Safely.run("comparing the groups with their logs", groups::compareAll);
    groups.wakeWorkers();
  }

  /** Ends the threads of all groups. */
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

  /** Returns the members of a room that are connected here. */
  public List<Connection> members(GroupId group) {
    return groups.find(group).map(Group::connections).orElse(List.of());
  }

  /** Returns how many rooms have members here. */
  public int openGroups() {
    return groups.size();
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
   * Admits a connection, or returns the code with which it is refused. {@link #disconnect} ends an
   * admitted one.
   */
  public Optional<CloseCode> connect(Memberships memberships) {
    return admission.admit(memberships.inbox());
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
          () -> leave(membership, announced(membership.member())));
    }
    admission.leave(memberships.inbox());
  }

  /** Returns the will as a member carries it; empty if the text is not a JSON object. */
  private static String template(String will) {
    if (!will.endsWith("}")) {
      return "";
    }
    String fields = will.substring(0, will.length() - 1);
    String comma = fields.endsWith("{") ? "" : ",";
    return fields + comma + "\"timestamp\":" + Member.REMOVAL_TIME + '}';
  }

  /** Returns the announcement that a member's will makes of its departure now. */
  private Optional<Notice> announced(Member member) {
    try {
      String now = BigDecimal.valueOf(clock.millis(), 3).toPlainString();
      return Optional.of(member.will())
          .filter(will -> !will.isEmpty())
          .map(will -> Notice.presence(member.channel(), will.replace(Member.REMOVAL_TIME, now)));
    } catch (Throwable defect) { // the member leaves nevertheless
      Safely.report("writing a will", defect);
      return Optional.empty();
    }
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
    Member member = new Member(connection.channel(), connection.user(), join, template(will));
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
          admission.leaveStore(group.id(), member, announced(member));
        }
        groups.release(group);
      }
    }
  }

  /** Returns what an event is appended to a log as, with the current time. */
  public Draft draft(Post post) {
    return groups.draft(post);
  }

  /**
   * Appends an event of the program, which need not be a member, to a room's log. Returns when it
   * has been stored and the members here have it.
   */
  public PublishResult publish(Room room, Draft draft, Optional<IdempotencyKey> key) {
    return groups.publish(room, draft, key);
  }

  /**
   * Appends an event to the log of a user, who need not be connected. Returns when it has been
   * stored.
   */
  public PublishResult publish(String user, Draft draft, Optional<IdempotencyKey> key) {
    return groups.append(GroupId.user(user), Position.UNKNOWN, draft, key);
  }

  /**
   * Closes all connections of a user on all servers.
   *
   * @return the number of connections
   * @throws IllegalArgumentException if the code must not be sent
   */
  public int closeAll(String user, CloseCode code) {
    if (!code.isSendable()) {
      throw new IllegalArgumentException("this close code must not be sent: " + code.number());
    }
    GroupId group = GroupId.user(user);
    List<Member> connections = backend.presence().members(group, Integer.MAX_VALUE);
    for (Member connection : connections) {
      backend.presence().broadcast(group, InboxFollower.closing(connection, code));
    }
    return connections.size();
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
    admission.leaveStore(group.id(), membership.member(), announcement);
    groups.release(group);
    return true;
  }
}
