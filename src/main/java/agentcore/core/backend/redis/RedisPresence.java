package agentcore.core.backend.redis;

import static agentcore.core.backend.redis.Memberships.NOTHING;
import static agentcore.core.backend.redis.Memberships.WILL;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.backend.redis.Memberships.Local;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import redis.clients.jedis.Protocol.Command;

/**
 * Memberships in Redis, each under the lease of its server.
 *
 * <p>{@link #local} is the truth for the connections of this server. After each reconnect it is
 * written to Redis again, and what Redis has beyond it is removed; what Redis loses in between is
 * found by {@link LossScan}. A removal names the join that it ends, so that a late removal leaves a
 * later membership alone.
 */
final class RedisPresence implements Presence {
  private static final Logger LOG = System.getLogger(RedisPresence.class.getName());

  /** A channel has at most one membership of a group. */
  private record Seat(GroupId group, String channel) {
    static Seat of(Local entry) {
      return new Seat(entry.group(), entry.member().channel());
    }
  }

  private final Router router;
  private final Keys keys;
  private final Lease lease;
  private final RedisDirectory directory;
  private final GroupChannels channels;
  private final int presenceLimit;
  private final Memberships memberships;
  private final LossScan scan;
  private final Map<Seat, Local> local = new ConcurrentHashMap<>();

  /** Memberships that are being written: they may be in Redis before they are in {@link #local}. */
  private final Set<String> joining = ConcurrentHashMap.newKeySet();

  // A join or leave that was given up may still run until the deadline; then it cannot any more.
  private volatile long abandonedDeadlineNanos;
  private volatile boolean wasAbandoned;

  RedisPresence(
      Router router,
      Keys keys,
      Lease lease,
      RedisDirectory directory,
      GroupChannels channels,
      int presenceLimit) {
    this.router = router;
    this.keys = keys;
    this.lease = lease;
    this.directory = directory;
    this.channels = channels;
    this.presenceLimit = presenceLimit;
    this.memberships = new Memberships(router, keys, presenceLimit);
    this.scan = new LossScan(router, keys, local.values());
  }

  @Override
  public JoinResult join(
      GroupId group, Member member, int capacity, Optional<Notice> announcement) {
    Local entry = new Local(group, member, message(announcement), System.nanoTime());
    joining.add(entry.key());
    try {
      return join(entry, capacity);
    } catch (BackendException unknown) {
      abandoned();
      throw unknown;
    } finally {
      joining.remove(entry.key());
    }
  }

  private static String message(Optional<Notice> announcement) {
    return announcement.map(GroupChannels::message).orElse(NOTHING);
  }

  private JoinResult join(Local entry, int capacity) {
    String server = lease.server();
    List<?> reply = Reply.list(Reply.await(memberships.write(server, entry, capacity, true)));
    JoinResult.Outcome outcome =
        JoinResult.Outcome.valueOf(Reply.text(Reply.inTime(reply.getFirst())));
    if (outcome != JoinResult.Outcome.FULL && outcome != JoinResult.Outcome.GONE) {
      local.put(Seat.of(entry), entry);
      if (!server.equals(lease.server())) { // others have removed the server, and perhaps this
        Object unused =
            Reply.await(memberships.write(lease.server(), entry, Integer.MAX_VALUE, true));
      }
    }
    return new JoinResult(outcome, ((Long) reply.get(1)).intValue());
  }

  private void abandoned() {
    abandonedDeadlineNanos = System.nanoTime() + Reply.TIMEOUT.toNanos();
    wasAbandoned = true;
  }

  /**
   * Returns, once, whether {@link #reconcile} is due because a join or leave was given up and
   * cannot run any more. Called by the upkeep thread.
   */
  boolean takeAbandoned() {
    if (!wasAbandoned) {
      return false;
    }
    wasAbandoned = false; // before the deadline is read, which may be renewed meanwhile
    if (System.nanoTime() - abandonedDeadlineNanos < 0) {
      wasAbandoned = true;
      return false;
    }
    return true;
  }

  @Override
  public boolean leave(GroupId group, Member member, Optional<Notice> announcement) {
    boolean isEviction = announcement.filter(n -> n.kind() == Notice.Kind.EVICT).isPresent();
    if (!isEviction) { // the connection has left, whatever Redis answers
      forget(group, member.channel(), member.join());
    }
    try {
      Object reply =
          Reply.await(memberships.erase(group, member, lease.server(), message(announcement)));
      boolean hasEnded = Reply.inTime(reply).equals(1L);
      forget(group, member.channel(), member.join());
      return hasEnded;
    } catch (BackendException unknown) {
      abandoned();
      throw unknown;
    }
  }

  /** Notes that a membership was ended by another connection or server. Does not block. */
  void evicted(GroupId group, Notice eviction) {
    Member member = new Member(eviction.target(), "", eviction.join(), "");
    if (forget(group, member.channel(), member.join())) {
      memberships.unindex(lease.server(), group, member);
    }
  }

  /** Returns whether the membership was one of this server's. */
  private boolean forget(GroupId group, String channel, String join) {
    Seat seat = new Seat(group, channel);
    Local entry = local.get(seat);
    return entry != null && entry.member().join().equals(join) && local.remove(seat, entry);
  }

  /** Returns the groups with members on this server. */
  Set<GroupId> groups() {
    return local.values().stream().map(Local::group).collect(Collectors.toSet());
  }

  /**
   * Writes this server's memberships in some partitions to Redis again, and removes all others of
   * this server there. Blocks.
   */
  void reconcile(BitSet partitions) {
    directory.restore(group -> partitions.get(Keys.partition(group)));
    String server = lease.server();
    List<Local> entries =
        local.values().stream()
            .filter(entry -> partitions.get(Keys.partition(entry.group())))
            .toList();
    writeAgain(server, entries, WILL);
    Set<String> strays = new HashSet<>(memberships.indexed(server, partitions));
    strays.removeIf(joining::contains); // first: a join is in `local` before it is removed here
    local.values().forEach(entry -> strays.remove(entry.key()));
    memberships.eraseAll(server, strays, WILL);
  }

  /**
   * Takes a step of the scan for lost memberships and writes them again. Blocks.
   *
   * @param partitions those whose primary is reachable
   */
  void restoreLost(BitSet partitions) {
    if (scan.isAtEnd()) {
      directory.restoreIfUnlisted();
    }
    Set<GroupId> lost = scan.step(lease.server(), partitions);
    if (lost.isEmpty()) {
      return;
    }
    LOG.log(Level.DEBUG, "Redis has lost the members of {0} groups", lost.size());
    directory.restore(lost::contains);
    List<Local> entries =
        local.values().stream()
            .filter(entry -> lost.contains(entry.group()))
            .map(Local::unannounced)
            .toList();
    writeAgain(lease.server(), entries, NOTHING);
  }

  /**
   * Writes memberships of this server, and erases those that ended meanwhile.
   *
   * @param announcement for those that ended meanwhile
   */
  private void writeAgain(String server, List<Local> entries, String announcement) {
    Memberships.inBatches(
        entries,
        entry -> memberships.write(server, entry, Integer.MAX_VALUE, false),
        this::deliverMissedEviction);
    List<String> ended =
        entries.stream()
            .filter(entry -> !isStillHere(entry))
            .map(Local::key)
            .filter(membership -> !joining.contains(membership))
            .toList();
    memberships.eraseAll(server, ended, announcement);
  }

  private boolean isStillHere(Local entry) {
    Local now = local.get(Seat.of(entry));
    return now != null && now.member().join().equals(entry.member().join());
  }

  /** Another server may have evicted a member while this one could not receive messages. */
  private void deliverMissedEviction(Local entry, Object reply) {
    List<?> fields = Reply.list(reply);
    if (Reply.text(Reply.inTime(fields.get(0))).equals("EVICTED")) {
      channels.onMessage(keys.channel(entry.group()), Reply.text(fields.get(1)));
    }
  }

  /**
   * Removes the memberships of a dead server and announces the wills; each is announced once. The
   * server stays listed until that is done in all partitions. Blocks.
   *
   * @param partitions those whose primary is reachable
   */
  void reap(String deadServer, BitSet partitions) {
    memberships.eraseAll(deadServer, memberships.indexed(deadServer, partitions), WILL);
    if (partitions.cardinality() == Keys.PARTITIONS) {
      router.call(Command.ZREM, keys.servers(), deadServer);
    }
  }

  @Override
  public List<Member> members(GroupId group, int limit) {
    return memberships.rows(group).stream()
        .filter(row -> !lease.dead().contains(row.server()))
        .sorted(Comparator.comparingLong(Memberships.Row::joinedMicros))
        .limit(limit)
        .map(Memberships.Row::member)
        .toList();
  }

  @Override
  public List<Integer> counts(List<GroupId> groups) {
    List<CompletableFuture<Object>> replies =
        groups.stream().map(group -> router.submit(Command.HLEN, keys.members(group))).toList();
    return replies.stream().map(reply -> ((Long) Reply.await(reply)).intValue()).toList();
  }

  @Override
  public void broadcast(GroupId group, Notice notice) {
    List<String> members = List.of(keys.members(group));
    String channel = keys.channel(group);
    String message = GroupChannels.message(notice);
    if (notice.kind() == Notice.Kind.PRESENCE) {
      router.call(Scripts.HINT, members, channel, message, presenceLimit);
    } else if (!router.call(Scripts.TELL, members, channel, message).equals(1L)) {
      throw new BackendException("a server with members of the group was not reached");
    }
  }

  @Override
  public Optional<Instant> lastSeen(String user) {
    if (!members(GroupId.user(user), 1).isEmpty()) {
      return Optional.of(Instant.now());
    }
    return Optional.ofNullable(router.call(Command.ZSCORE, keys.seen(GroupId.user(user)), user))
        .map(millis -> Instant.ofEpochMilli((long) Double.parseDouble(Reply.text(millis))));
  }
}
