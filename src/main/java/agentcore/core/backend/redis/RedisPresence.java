package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.backend.redis.RedisMembers.Entered;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.Protocol.Command;

/**
 * Memberships in Redis, each under the lease of its server.
 *
 * <p>What this server's connections are members of is kept here too: it is the truth for them.
 * After each connect it is written again, and what Redis has beyond it is removed; what Redis loses
 * meanwhile is found by {@link RedisLosses}. A removal always names the join that it ends, so that
 * one that comes late leaves a membership alone that began since.
 */
final class RedisPresence implements Presence {
  private static final String ANY_SERVER = "";
  private static final String NOTHING = "";
  private static final String WILL = "W";
  private static final Logger LOG = System.getLogger(RedisPresence.class.getName());

  /** What a channel has at most one membership of. */
  private record Seat(GroupId group, String channel) {
    static Seat of(Entered entry) {
      return new Seat(entry.group(), entry.member().channel());
    }
  }

  private final RedisLink link;
  private final RedisKeys keys;
  private final RedisLease lease;
  private final RedisDirectory directory;
  private final RedisNews news;
  private final int presenceLimit;
  private final RedisMembers members;
  private final RedisLosses losses;
  private final Map<Seat, Entered> local = new ConcurrentHashMap<>();

  /** Memberships that are being written, and may stand in Redis before they do here. */
  private final Set<String> entering = ConcurrentHashMap.newKeySet();

  /** Where a join or leave was given up: the time from which it cannot be carried out any more. */
  private volatile Optional<Long> straysDueNanos = Optional.empty();

  private Optional<Long> straysTaken = Optional.empty();

  RedisPresence(
      RedisLink link,
      RedisKeys keys,
      RedisLease lease,
      RedisDirectory directory,
      RedisNews news,
      int presenceLimit) {
    this.link = link;
    this.keys = keys;
    this.lease = lease;
    this.directory = directory;
    this.news = news;
    this.presenceLimit = presenceLimit;
    this.members = new RedisMembers(link, keys, presenceLimit);
    this.losses = new RedisLosses(link, keys, local.values());
  }

  @Override
  public JoinResult join(
      GroupId group, Member member, int capacity, Optional<Notice> announcement) {
    Entered entry =
        new Entered(
            group, member, announcement.map(RedisNews::text).orElse(NOTHING), System.nanoTime());
    String membership = RedisKeys.membership(group, member);
    entering.add(membership);
    try {
      return join(entry, membership, capacity);
    } catch (BackendException unknown) {
      gaveUp();
      throw unknown;
    } finally {
      entering.remove(membership);
    }
  }

  private JoinResult join(Entered entry, String membership, int capacity) {
    String server = lease.server();
    JoinResult joined =
        RedisMembers.joined(RedisReply.await(members.write(server, entry, capacity, true)));
    if (joined.outcome() == JoinResult.Outcome.FULL
        || joined.outcome() == JoinResult.Outcome.GONE) {
      members.unindex(server, membership);
      return joined;
    }
    local.put(Seat.of(entry), entry);
    if (!server.equals(lease.server())) { // it was reaped meanwhile, and this with it or after it
      Object unused =
          RedisReply.await(members.write(lease.server(), entry, Integer.MAX_VALUE, true));
    }
    return joined;
  }

  private void gaveUp() {
    straysDueNanos = Optional.of(System.nanoTime() + RedisReply.TIMEOUT.toNanos());
  }

  @Override
  public boolean leave(GroupId group, Member member, Optional<Notice> announcement) {
    boolean isEviction = announcement.filter(s -> s.kind() == Notice.Kind.EVICT).isPresent();
    if (!isEviction) { // it has left already, whatever the store says to that
      forget(group, member.channel(), member.join());
    }
    String told = announcement.map(RedisNews::text).orElse(NOTHING);
    try {
      Object reply =
          RedisReply.inTime(
              RedisReply.await(
                  members.erase(group, member.channel(), member.join(), ANY_SERVER, told)));
      forget(group, member.channel(), member.join());
      members.unindex(lease.server(), RedisKeys.membership(group, member));
      return reply.equals(1L);
    } catch (BackendException unknown) {
      gaveUp();
      throw unknown;
    }
  }

  /** Notes that another server ended a membership of a connection that is here. Does not block. */
  void evicted(GroupId group, Notice eviction) {
    Member member = new Member(eviction.target(), "", eviction.join(), "");
    if (forget(group, member.channel(), member.join())) {
      members.unindex(lease.server(), RedisKeys.membership(group, member));
    }
  }

  /** Returns whether it was here. */
  private boolean forget(GroupId group, String channel, String join) {
    Seat seat = new Seat(group, channel);
    Entered entry = local.get(seat);
    return entry != null && entry.member().join().equals(join) && local.remove(seat, entry);
  }

  private boolean isHere(Entered entry) {
    return entry.equals(local.get(Seat.of(entry)));
  }

  /**
   * Says, once, that {@link #reconcile} is due: a join or leave was given up, and cannot be carried
   * out any more. For the upkeep's thread.
   */
  boolean takeStrays() {
    Optional<Long> due = straysDueNanos;
    if (due.equals(straysTaken) || System.nanoTime() - due.orElseThrow() < 0) {
      return false;
    }
    straysTaken = due;
    return true;
  }

  /** Writes again what is here, and removes what is not. Blocks. */
  void reconcile() {
    directory.restore(group -> true);
    String server = lease.server();
    writeAgain(server, List.copyOf(local.values()), WILL);
    Set<String> there = new HashSet<>(members.indexed(server));
    // First `entering`: a join leaves it when it is in `local`.
    there.removeIf(entering::contains);
    local
        .values()
        .forEach(entry -> there.remove(RedisKeys.membership(entry.group(), entry.member())));
    members.eraseAll(server, there, WILL);
  }

  /** Writes again what Redis has lost, as far as it is found out in this turn. Blocks. */
  void restoreSome() {
    if (losses.isAtEnd()) {
      directory.restoreIfUnlisted();
      restoreIndex();
    }
    Set<GroupId> lost = losses.findSome();
    if (lost.isEmpty()) {
      return;
    }
    LOG.log(Level.DEBUG, "Redis has lost the members of {0} groups", lost.size());
    directory.restore(lost::contains);
    writeAgain(
        lease.server(),
        local.values().stream()
            .filter(entry -> lost.contains(entry.group()))
            .map(Entered::unannounced)
            .toList(),
        NOTHING);
  }

  /** The index of this server's memberships is one key, and lost as a whole. */
  private void restoreIndex() {
    Optional<Entered> oldest =
        local.values().stream().min(Comparator.comparingLong(Entered::sinceNanos));
    String server = lease.server();
    if (oldest.isPresent() && !members.isIndexed(server, oldest.get()) && isHere(oldest.get())) {
      members.indexAll(server, local.values());
    }
  }

  /**
   * Writes memberships of this server, and ends again what has ended here meanwhile.
   *
   * @param told to a group where one was ended again
   */
  private void writeAgain(String server, List<Entered> entries, String told) {
    Map<Entered, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (Entered entry : entries) {
      replies.put(entry, members.write(server, entry, Integer.MAX_VALUE, false));
      if (replies.size() == RedisMembers.MAX_WAITING) {
        finish(replies);
      }
    }
    finish(replies);
    List<String> left = new ArrayList<>();
    for (Entered entry : entries) {
      Entered now = local.get(Seat.of(entry));
      if (now == null || !now.member().join().equals(entry.member().join())) {
        left.add(RedisKeys.membership(entry.group(), entry.member()));
      }
    }
    left.removeIf(entering::contains);
    members.eraseAll(server, left, told);
  }

  /** Ends what was ended elsewhere while this server could not hear of it. */
  private void finish(Map<Entered, CompletableFuture<Object>> replies) {
    replies.forEach(
        (entry, reply) -> {
          List<?> fields = RedisReply.list(RedisReply.await(reply));
          if (RedisReply.text(RedisReply.inTime(fields.get(0))).equals("EVICTED")) {
            news.told(keys.channel(entry.group()), RedisReply.text(fields.get(1)));
          }
        });
    replies.clear();
  }

  /** Removes every membership of a dead server, telling the wills; exactly one survivor tells. */
  void reap(String deadServer) {
    members.eraseAll(deadServer, members.indexed(deadServer), WILL);
    link.call(Command.ZREM, keys.servers(), deadServer);
  }

  @Override
  public List<Member> members(GroupId group, int limit) {
    return members.rows(group).stream()
        .filter(row -> !lease.isDead(row.server()))
        .sorted(Comparator.comparingLong(RedisMembers.Row::joinedMicros))
        .limit(limit)
        .map(RedisMembers.Row::member)
        .toList();
  }

  @Override
  public List<Integer> counts(List<GroupId> groups) {
    List<CompletableFuture<Object>> replies =
        groups.stream().map(group -> link.submit(Command.HLEN, keys.members(group))).toList();
    return replies.stream().map(reply -> ((Long) RedisReply.await(reply)).intValue()).toList();
  }

  @Override
  public void broadcast(GroupId group, Notice signal) {
    String channel = keys.channel(group);
    if (signal.kind() == Notice.Kind.PRESENCE) {
      link.call(
          RedisScript.HINT,
          List.of(keys.members(group)),
          channel,
          RedisNews.text(signal),
          presenceLimit);
    } else {
      Object told =
          link.call(
              RedisScript.TELL, List.of(keys.members(group)), channel, RedisNews.text(signal));
      if (!told.equals(1L)) {
        throw new BackendException("a server that holds a member was not told");
      }
    }
  }

  @Override
  public Optional<Instant> lastSeen(String user) {
    if (!members(GroupId.user(user), 1).isEmpty()) {
      return Optional.of(Instant.now());
    }
    return Optional.ofNullable(link.call(Command.ZSCORE, keys.seen(), user))
        .map(millis -> Instant.ofEpochMilli((long) Double.parseDouble(RedisReply.text(millis))));
  }
}
