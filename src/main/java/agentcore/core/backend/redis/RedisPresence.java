package agentcore.core.backend.redis;

import static agentcore.core.backend.redis.Memberships.NOTHING;
import static agentcore.core.backend.redis.Memberships.WILL;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.backend.redis.Memberships.LocalMembership;
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
 * <p>{@link #local} is authoritative for the connections of this server. After each reconnect, it
 * is written to Redis again, and this server's other memberships there are removed. {@link
 * LossScan} finds memberships that Redis loses while it is connected. A removal names the join that
 * it ends, so that a late removal does not affect a later membership.
 */
final class RedisPresence implements Presence {
  private static final Logger LOG = System.getLogger(RedisPresence.class.getName());

  /** Identifies a membership: a channel has at most one in a group. */
  private record MembershipKey(GroupId group, String channel) {
    static MembershipKey of(LocalMembership entry) {
      return new MembershipKey(entry.group(), entry.member().channel());
    }
  }

  private final Router router;
  private final Keys keys;
  private final Lease lease;
  private final RedisDirectory directory;
  private final Subscriptions subscriptions;
  private final int presenceLimit;
  private final Memberships memberships;
  private final LossScan scan;
  private final Map<MembershipKey, LocalMembership> local = new ConcurrentHashMap<>();

  /** Memberships that are being written: they may be in Redis before they are in {@link #local}. */
  private final Set<String> joining = ConcurrentHashMap.newKeySet();

  // Redis may still run an abandoned join or leave until this deadline, and rejects it afterwards.
  private volatile long abandonedDeadlineNanos;
  private volatile boolean wasAbandoned;

  RedisPresence(
      Router router,
      Keys keys,
      Lease lease,
      RedisDirectory directory,
      Subscriptions subscriptions,
      int presenceLimit) {
    this.router = router;
    this.keys = keys;
    this.lease = lease;
    this.directory = directory;
    this.subscriptions = subscriptions;
    this.presenceLimit = presenceLimit;
    this.memberships = new Memberships(router, keys, presenceLimit);
    this.scan = new LossScan(router, keys, local.values());
  }

  @Override
  public JoinResult join(
      GroupId group, Member member, int capacity, Optional<Notice> announcement) {
    LocalMembership entry =
        new LocalMembership(group, member, Subscriptions.message(announcement), System.nanoTime());
    joining.add(entry.indexEntry());
    try {
      return join(entry, capacity);
    } catch (BackendException unknown) {
      abandoned();
      throw unknown;
    } finally {
      joining.remove(entry.indexEntry());
    }
  }

  private JoinResult join(LocalMembership entry, int capacity) {
    String server = lease.server();
    List<?> reply = Reply.list(Reply.await(memberships.write(server, entry, capacity, true)));
    JoinResult.Outcome outcome =
        JoinResult.Outcome.valueOf(Reply.text(Reply.inTime(reply.getFirst())));
    if (outcome != JoinResult.Outcome.FULL && outcome != JoinResult.Outcome.GONE) {
      local.put(MembershipKey.of(entry), entry);
      if (!server.equals(lease.server())) { // declared dead: this membership may be removed already
        Object unused =
            Reply.await(memberships.write(lease.server(), entry, Integer.MAX_VALUE, true));
      }
    }
    return new JoinResult(outcome, ((Long) reply.get(1)).intValue(), RedisLog.position(reply, 2));
  }

  private void abandoned() {
    abandonedDeadlineNanos = System.nanoTime() + Reply.TIMEOUT.toNanos();
    wasAbandoned = true;
  }

  /**
   * Returns true once when the deadline of an abandoned join or leave has passed: then {@link
   * #reconcile} is due. Called by the upkeep thread.
   */
  boolean takeAbandoned() {
    if (!wasAbandoned) {
      return false;
    }
    wasAbandoned = false; // before reading the deadline: another thread may set both at any time
    if (System.nanoTime() - abandonedDeadlineNanos < 0) {
      wasAbandoned = true;
      return false;
    }
    return true;
  }

  @Override
  public boolean leave(GroupId group, Member member, Optional<Notice> announcement) {
    boolean isEviction = announcement.filter(n -> n.kind() == Notice.Kind.EVICT).isPresent();
    if (!isEviction) { // the connection has left, whether or not Redis replies
      removeLocal(group, member.channel(), member.join());
    }
    try {
      Object reply =
          Reply.await(
              memberships.erase(
                  group, member, "", lease.server(), Subscriptions.message(announcement)));
      boolean hasEnded = Reply.inTime(reply).equals(1L);
      removeLocal(group, member.channel(), member.join());
      return hasEnded;
    } catch (BackendException unknown) {
      abandoned();
      throw unknown;
    }
  }

  /** Removes an evicted membership from local and from this server's index. Does not block. */
  void evicted(GroupId group, Notice eviction) {
    Member member = new Member(eviction.target(), "", eviction.join(), "");
    if (removeLocal(group, member.channel(), member.join())) {
      memberships.unindex(lease.server(), group, member);
    }
  }

  /** Removes the membership from local if it has this join; returns whether it was there. */
  private boolean removeLocal(GroupId group, String channel, String join) {
    MembershipKey key = new MembershipKey(group, channel);
    LocalMembership entry = local.get(key);
    return entry != null && entry.member().join().equals(join) && local.remove(key, entry);
  }

  /** Returns the groups with members on this server. */
  Set<GroupId> groups() {
    return local.values().stream().map(LocalMembership::group).collect(Collectors.toSet());
  }

  /**
   * Writes this server's memberships in some partitions to Redis again, and removes this server's
   * other memberships there. Blocks.
   */
  void reconcile(BitSet partitions) {
    directory.restore(group -> partitions.get(Keys.partition(group)));
    String server = lease.server();
    List<LocalMembership> entries =
        local.values().stream()
            .filter(entry -> partitions.get(Keys.partition(entry.group())))
            .toList();
    writeAgain(server, entries, WILL);
    Set<String> onlyInRedis = new HashSet<>(memberships.indexed(server, partitions));
    // Must come first: a join is added to local before it is removed from joining.
    onlyInRedis.removeIf(joining::contains);
    local.values().forEach(entry -> onlyInRedis.remove(entry.indexEntry()));
    memberships.eraseAll(server, onlyInRedis, WILL);
  }

  /**
   * Runs one step of the scan and writes the lost memberships again. Blocks.
   *
   * @param partitions those whose primary is reachable
   */
  void restoreLost(BitSet partitions) {
    if (scan.isPassComplete()) {
      directory.restoreIfUnlisted();
    }
    Set<GroupId> lost = scan.step(lease.server(), partitions);
    if (lost.isEmpty()) {
      return;
    }
    LOG.log(Level.DEBUG, "Redis has lost the members of {0} groups", lost.size());
    directory.restore(lost::contains);
    List<LocalMembership> entries =
        local.values().stream()
            .filter(entry -> lost.contains(entry.group()))
            .map(LocalMembership::unannounced)
            .toList();
    writeAgain(lease.server(), entries, NOTHING);
  }

  /**
   * Writes these memberships again, then erases those that ended during the writing.
   *
   * @param announcement the announcement of each erased membership
   */
  private void writeAgain(String server, List<LocalMembership> entries, String announcement) {
    Memberships.inBatches(
        entries,
        entry -> memberships.write(server, entry, Integer.MAX_VALUE, false),
        this::deliverMissedEviction);
    List<String> ended =
        entries.stream()
            .filter(entry -> !isStillHere(entry))
            .map(LocalMembership::indexEntry)
            .filter(membership -> !joining.contains(membership))
            .toList();
    memberships.eraseAll(server, ended, announcement);
  }

  private boolean isStillHere(LocalMembership entry) {
    LocalMembership now = local.get(MembershipKey.of(entry));
    return now != null && now.member().join().equals(entry.member().join());
  }

  /** Another server may have evicted a member while this one could not receive messages. */
  private void deliverMissedEviction(LocalMembership entry, Object reply) {
    List<?> fields = Reply.list(reply);
    if (Reply.text(Reply.inTime(fields.get(0))).equals("EVICTED")) {
      subscriptions.deliver(entry.group(), Reply.text(fields.get(1)));
    }
  }

  /**
   * Removes the memberships of a dead server and announces each member's will once. The server
   * stays listed until all partitions are done. Blocks.
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
    String message = Subscriptions.message(notice);
    if (notice.kind() == Notice.Kind.PRESENCE) {
      router.call(Scripts.BROADCAST_PRESENCE, members, channel, message, presenceLimit);
    } else if (!router.call(Scripts.BROADCAST, members, channel, message).equals(1L)) {
      throw new BackendException("a server with members of the group was not reached");
    }
  }

  @Override
  public Optional<Instant> lastSeen(String user) {
    // Also a member whose server has died counts until it is removed: only then its end is noted.
    if (!memberships.rows(GroupId.user(user)).isEmpty()) {
      return Optional.of(Instant.now());
    }
    return Optional.ofNullable(router.call(Command.ZSCORE, keys.seen(GroupId.user(user)), user))
        .map(millis -> Instant.ofEpochMilli((long) Double.parseDouble(Reply.text(millis))));
  }
}
