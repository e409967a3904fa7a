package agentcore.core.connection;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence.JoinResult;
import agentcore.core.backend.PublishResult;
import agentcore.core.backend.Room;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.core.metrics.Counters;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Connections and their groups: who is connected, who is in which room, and what reaches them.
 *
 * <p>Its methods ask the backend and may block; a connection's own reader thread calls those that
 * name the connection. Safe for all threads.
 *
 * <p>In one file, since each way in has its way out beside it.
 */
public final class ConnectionManager implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ConnectionManager.class.getName());
  private static final int CHANNEL_RANDOM_BYTES = 9;

  /** After a cut so many groups read their logs at the same time; the others wait. */
  static final int MAX_HEALING = 16;

  private final Backend backend;
  private final ConnectionRegistry registry;
  private final Serializer serializer;
  private final ConnectionLimits limits;
  private final Clock clock;
  private final Metrics metrics;
  private final Groups groups;
  private final Workers healers = new Workers("healer", MAX_HEALING);
  private final Workers refreshers = new Workers("refresher", MAX_HEALING);
  private final GroupWatch watch;
  private final Flusher flusher = new Flusher();
  private final SendLimits sendLimits;
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong joins = new AtomicLong();
  private final MessageIds messageIds = new MessageIds();

  /** Makes a manager without connections. */
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
    this.limits = limits;
    this.clock = clock;
    this.metrics = metrics;
    this.groups =
        new Groups(
            new GroupContext(
                backend.log(), serializer, clock, new Listener(), metrics, healers, refreshers));
    this.watch = new GroupWatch(groups, List.of(healers, refreshers));
    this.sendLimits =
        new SendLimits(
            limits.sendQueueBytes(),
            new SendBudget(limits.sendQueueTotalBytes(), registry.all()),
            metrics.slowConsumers);
    CloseCode.library().forEach(code -> metrics.closes.of(String.valueOf(code.number())));
    metrics.closes.of(Counters.OTHER);
    metrics.gauge("connections", "Open connections.", registry::size);
    metrics.gauge(
        "send_queue_bytes",
        "Bytes that wait to be sent or are being written, but for 4 KiB of each connection.",
        sendLimits.total()::taken);
    metrics.gauge(
        "send_queue_limit_bytes",
        "Bytes that may wait to be sent, for all connections together.",
        limits::sendQueueTotalBytes);
  }

  /** Begins to watch that every group is told everything. */
  public void start() {
    watch.start();
  }

  /** Ends what {@link #start} began. */
  @Override
  public void close() {
    Safely.run("ending the watch", watch::close);
    Safely.run("ending the healers", healers::close);
    Safely.run("ending the refreshers", refreshers::close);
  }

  /** Returns the store behind this manager. */
  public Backend backend() {
    return backend;
  }

  /** Returns this server's connections. */
  public ConnectionRegistry registry() {
    return registry;
  }

  /** Returns what is counted. */
  public Metrics metrics() {
    return metrics;
  }

  /** Returns the memory that everything that is sent shares. */
  public SendBudget sendBudget() {
    return sendLimits.total();
  }

  /** Makes a connection that is known to nobody yet; its end is told to {@link #closed}. */
  public Connection newConnection(String user, Wire wire) {
    metrics.connects.increment();
    byte[] unique = new byte[CHANNEL_RANDOM_BYTES];
    random.nextBytes(unique);
    String channel = user + '/' + Base64.getUrlEncoder().withoutPadding().encodeToString(unique);
    return new Connection(user, channel, wire, flusher, sendLimits, System::nanoTime);
  }

  /** Counts the end of what {@link #newConnection} made; a code may be of the client's making. */
  public void closed(int code) {
    metrics.closes.ofKnown(String.valueOf(code)).increment();
  }

  /**
   * Lets a connection in, or says why not. Each limit is checked and taken in one step; and before
   * others can see it, what they send to its user reaches it.
   *
   * @return empty where it is connected now; {@link #disconnect} ends that
   */
  public Optional<CloseCode> connect(Connection connection) {
    Member member = new Member(connection.channel(), connection.user(), "");
    Optional<CloseCode> refusal = Optional.of(CloseCode.INTERNAL_ERROR);
    boolean storeIsAway = false;
    try {
      Group group = groups.acquire(GroupId.user(connection.user()), Optional.empty());
      connection.userGroup(group); // from here on it is released in any case
      group.expect(member);
      group.add(connection);
      if (isFull(GroupId.all(), member, limits.total())) {
        refusal = Optional.of(CloseCode.TRY_AGAIN_LATER);
      } else if (isFull(GroupId.user(connection.user()), member, limits.perUser())) {
        refusal = Optional.of(CloseCode.TOO_MANY_CONNECTIONS);
      } else {
        registry.add(connection);
        refusal = Optional.empty();
      }
    } catch (BackendException unreachable) {
      LOG.log(Level.DEBUG, "no connect without the store: {0}", unreachable.getMessage());
      refusal = Optional.of(CloseCode.TRY_AGAIN_LATER);
      storeIsAway = true;
    } finally {
      if (storeIsAway) {
        // Whether it became a member is not known, and the refusal need not wait for that.
        inBackground("undo-" + connection, () -> leaveUserAndAll(connection));
      } else if (refusal.isPresent()) {
        leaveUserAndAll(connection);
      }
    }
    return refusal;
  }

  /** Runs what may block on another thread; on this one where there is no memory for another. */
  private static void inBackground(String name, Runnable work) {
    if (!Safely.run("starting " + name, () -> Thread.ofVirtual().name(name).start(work))) {
      work.run();
    }
  }

  /** Every step runs, whatever the others throw; never throws. */
  private void leaveUserAndAll(Connection connection) {
    connection.userGroup().ifPresent(group -> leaveUserGroup(group, connection));
    Member member = new Member(connection.channel(), connection.user(), "");
    leaveSafely(GroupId.user(connection.user()), member, Optional.empty());
    leaveSafely(GroupId.all(), member, Optional.empty());
  }

  private boolean isFull(GroupId group, Member member, int capacity) {
    return backend.presence().join(group, member, capacity, Optional.empty()).outcome()
        == JoinResult.Outcome.FULL;
  }

  /**
   * Ends a connection's memberships, telling each room its will, and forgets it. Idempotent. Every
   * step runs, whatever the others throw; never throws.
   */
  public void disconnect(Connection connection) {
    if (!registry.remove(connection)) {
      return;
    }
    for (Membership membership : List.copyOf(connection.memberships().values())) {
      Safely.run(
          "leaving a room at the end of " + connection,
          () -> leave(connection, membership, announced(membership.member())));
    }
    leaveUserAndAll(connection);
  }

  /** Returns the will as a member carries it; empty if the text is not a JSON object. */
  private static String template(String will) {
    int end = will.lastIndexOf('}');
    return end < 0 ? "" : will.substring(0, end) + ",\"timestamp\":" + Member.REMOVAL_TIME + '}';
  }

  /** Returns the announcement that a member's will makes of its departure now. */
  private Optional<Notice> announced(Member member) {
    String now = BigDecimal.valueOf(clock.millis(), 3).toPlainString();
    return Optional.of(member.will())
        .filter(will -> !will.isEmpty())
        .map(will -> will.replace(Member.REMOVAL_TIME, now))
        .map(text -> Notice.presence(member.channel(), text));
  }

  private void leaveUserGroup(Group group, Connection connection) {
    Safely.run("leaving the group of a user", () -> group.forget(connection.channel()));
    Safely.run("leaving the group of a user", () -> group.remove(connection));
    groups.release(group);
  }

  /**
   * Puts a connection into a room. What happens there from now on waits, held, until the current
   * request has been answered.
   *
   * @param will what the others are told should this connection's server die
   * @param announcement what the others are told now
   * @param seen the last message that the connection's client saw: it enters behind it
   * @return empty where the room is no more
   */
  public Optional<Membership> enter(
      Connection connection,
      Room room,
      String will,
      Optional<Notice> announcement,
      Optional<Position> seen) {
    Optional<Membership> already = connection.membership(room.name());
    if (already.isPresent()) {
      return already;
    }
    GroupId id = GroupId.room(room);
    connection.hold();
    Group group = groups.acquire(id, Optional.of(room));
    String join = Long.toString(joins.incrementAndGet());
    Member member = new Member(connection.channel(), connection.user(), join, template(will));
    boolean perhapsMember = false;
    boolean added = false;
    try {
      group.expect(member);
      seen.ifPresent(group::catchUp);
      perhapsMember = true;
      JoinResult joined = backend.presence().join(id, member, Integer.MAX_VALUE, announcement);
      added = joined.outcome() != JoinResult.Outcome.GONE && group.add(connection).isPresent();
      perhapsMember = false; // if it was evicted meanwhile, the store knows already
      return connection.membership(room.name());
    } catch (BackendException unknown) {
      perhapsMember = false; // the store ends it by itself
      throw unknown;
    } finally {
      if (!added) {
        Safely.run("giving up entering", () -> group.forget(connection.channel()));
        Safely.run("giving up entering", () -> group.remove(connection));
        if (perhapsMember) {
          leaveSafely(id, member, announced(member));
        }
        groups.release(group);
      }
    }
  }

  /**
   * Takes a connection out of a room; no event of the room follows. The store is told as soon as it
   * answers; whatever it throws, the connection is not in the room any more.
   *
   * @return whether it was in the room
   */
  public boolean leave(
      Connection connection, Membership membership, Optional<Notice> announcement) {
    if (!membership.group().remove(connection)) {
      return false;
    }
    leaveSafely(membership.group().id(), membership.member(), announcement);
    groups.release(membership.group());
    return true;
  }

  /**
   * A store that is away is told later: it drops what its servers do not have any more. One that
   * throws anything else is not asked again, and may keep the member.
   */
  private void leaveSafely(GroupId group, Member member, Optional<Notice> announcement) {
    Safely.run(
        "leaving a group in the store",
        () -> backend.presence().leave(group, member, announcement));
  }

  private final class Listener implements GroupListener {
    @Override
    public void evicted(Group group, Connection member) {
      inBackground("evict-" + member, () -> groups.release(group));
    }

    @Override
    public void healed(Group group) {
      group.room().ifPresent(room -> refresh(group, room));
    }
  }

  /** Asks each endpoint that has members in the room here, and tells its members alone. */
  private void refresh(Group group, Room room) {
    int members = backend.presence().counts(List.of(group.id())).getFirst();
    for (RoomRefresher each : group.refreshers()) {
      Safely.run(
          "refreshing the room " + Names.printable(room.name()),
          () ->
              each.refresh(room, members)
                  .ifPresent(event -> group.tell(each, serializer.write(event, clock.millis()))));
    }
  }

  /**
   * Begins to append an event to a room's log, from where its members are told.
   *
   * @return waits until it is there and the members here were told, and is asked once; throws
   *     {@link BackendException} where the store did not answer
   */
  public Supplier<PublishResult> publish(
      Membership membership, String text, Optional<IdempotencyKey> once) {
    Group group = membership.group();
    long startedNanos = System.nanoTime();
    Supplier<PublishResult> receipt =
        backend.log().submit(group.id(), group.position(), messageIds.next(), text, once);
    return () -> published(group, receipt.get(), startedNanos);
  }

  private PublishResult published(Group group, PublishResult receipt, long startedNanos) {
    metrics.publishDuration.record(System.nanoTime() - startedNanos);
    if (receipt.outcome() == PublishResult.Outcome.APPENDED) {
      if (group.published(receipt.position())) {
        watch.await(group);
      }
      if (group.awaitTold(receipt.position())) {
        metrics.deliveryLag.record(System.nanoTime() - startedNanos);
      }
    }
    return receipt;
  }

  /**
   * Returns the position up to which a member was told; what is later waits, held, until the
   * current request has been answered.
   */
  public Position position(Connection member, Membership membership) {
    return membership.group().holdAndPosition(member);
  }

  /** Returns how many groups have members here. */
  public int openGroups() {
    return groups.size();
  }

  /** Returns the current time, in milliseconds since the epoch. */
  public long now() {
    return clock.millis();
  }
}
