package agentcore.core.backend;

import agentcore.core.backend.RedisMembers.Entered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
 * After each connect it is written again, and what Redis has beyond it is removed.
 */
final class RedisPresence implements Presence {
  private static final String ANY_SERVER = "";
  private static final String NOTHING = "";
  private static final String WILL = "W";
  private static final int MAX_WAITING = 1_000;

  private final RedisLink link;
  private final RedisKeys keys;
  private final RedisLease lease;
  private final RedisDirectory directory;
  private final RedisNews news;
  private final int presenceLimit;
  private final RedisMembers members;
  private final Map<String, Entered> local = new ConcurrentHashMap<>();

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
  }

  @Override
  public Joined join(GroupId group, Member member, int capacity, Optional<Signal> announcement) {
    Entered entry = new Entered(group, member, announcement.map(RedisNews::text).orElse(NOTHING));
    String membership = RedisKeys.membership(group, member.channel());
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

  private Joined join(Entered entry, String membership, int capacity) {
    String server = lease.server();
    Joined joined = joined(RedisLink.await(members.write(server, entry, capacity, true)));
    if (joined.outcome() == Joined.Outcome.FULL || joined.outcome() == Joined.Outcome.GONE) {
      members.unindex(server, membership);
      return joined;
    }
    local.put(membership, entry);
    if (!server.equals(lease.server())) { // it was reaped meanwhile, and this with it or after it
      RedisLink.await(members.write(lease.server(), entry, Integer.MAX_VALUE, true));
    }
    return joined;
  }

  private static Joined joined(Object reply) {
    List<?> fields = RedisLink.list(reply);
    Joined.Outcome outcome =
        Joined.Outcome.valueOf(RedisLink.text(RedisLink.inTime(fields.get(0))));
    return new Joined(outcome, ((Long) fields.get(1)).intValue());
  }

  private void gaveUp() {
    straysDueNanos = Optional.of(System.nanoTime() + RedisLink.TIMEOUT.toNanos());
  }

  @Override
  public boolean leave(GroupId group, String channel, Optional<Signal> announcement) {
    String membership = RedisKeys.membership(group, channel);
    local.remove(membership);
    String told = announcement.map(RedisNews::text).orElse(NOTHING);
    try {
      Object reply =
          RedisLink.inTime(RedisLink.await(members.erase(group, channel, ANY_SERVER, told)));
      members.unindex(lease.server(), membership);
      return reply.equals(1L);
    } catch (BackendException unknown) {
      gaveUp();
      throw unknown;
    }
  }

  /** Notes that another server ended a membership of a connection that is here. */
  void evicted(GroupId group, String channel) {
    local.remove(RedisKeys.membership(group, channel));
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
    directory.restore();
    String server = lease.server();
    Set<String> there = new HashSet<>();
    Map<Entered, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (Map.Entry<String, Entered> each : local.entrySet()) {
      there.add(each.getKey()); // though the index may have lost it to a leave meanwhile
      replies.put(
          each.getValue(), members.write(server, each.getValue(), Integer.MAX_VALUE, false));
      if (replies.size() == MAX_WAITING) {
        finish(replies);
      }
    }
    finish(replies);
    there.addAll(members.indexed(server));
    // First `entering`: a join leaves it when it is in `local`.
    there.removeIf(entering::contains);
    there.removeIf(local::containsKey);
    eraseAll(server, there);
  }

  /** Ends what was ended elsewhere while this server could not hear of it. */
  private void finish(Map<Entered, CompletableFuture<Object>> replies) {
    replies.forEach(
        (entry, reply) -> {
          List<?> fields = RedisLink.list(RedisLink.await(reply));
          if (RedisLink.text(RedisLink.inTime(fields.get(0))).equals("EVICTED")) {
            news.told(keys.channel(entry.group()), RedisLink.text(fields.get(1)));
          }
        });
    replies.clear();
  }

  /** Removes every membership of a dead server, telling the wills; exactly one survivor tells. */
  void reap(String deadServer) {
    eraseAll(deadServer, members.indexed(deadServer));
    link.call(Command.ZREM, keys.servers(), deadServer);
  }

  /** In batches: one after the other would take longer than a lease where there are many. */
  private void eraseAll(String server, Collection<String> memberships) {
    Map<String, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (String membership : memberships) {
      String[] parts = membership.split("\n", 3);
      GroupId group = new GroupId(GroupId.Kind.valueOf(parts[0]), parts[1]);
      replies.put(membership, members.erase(group, parts[2], server, WILL));
      if (replies.size() == MAX_WAITING) {
        finishErasing(server, replies);
      }
    }
    finishErasing(server, replies);
  }

  /** The index last: what was not erased can still be found. */
  private void finishErasing(String server, Map<String, CompletableFuture<Object>> replies) {
    replies.values().forEach(reply -> RedisLink.inTime(RedisLink.await(reply)));
    replies.keySet().forEach(membership -> members.unindex(server, membership));
    replies.clear();
  }

  @Override
  public List<Member> members(GroupId group, int limit) {
    record Row(String server, long joinedMicros, Member member) {}

    List<?> flat = RedisLink.list(link.call(Command.HGETALL, keys.members(group)));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      String[] value = RedisLink.text(flat.get(i + 1)).split("\n", 4);
      Member member = new Member(RedisLink.text(flat.get(i)), value[2], value[3]);
      rows.add(new Row(value[0], Long.parseLong(value[1]), member));
    }
    return rows.stream()
        .filter(row -> !lease.isDead(row.server()))
        .sorted(Comparator.comparingLong(Row::joinedMicros))
        .limit(limit)
        .map(Row::member)
        .toList();
  }

  @Override
  public List<Integer> counts(List<GroupId> groups) {
    List<CompletableFuture<Object>> replies =
        groups.stream().map(group -> link.submit(Command.HLEN, keys.members(group))).toList();
    return replies.stream().map(reply -> ((Long) RedisLink.await(reply)).intValue()).toList();
  }

  @Override
  public void signal(GroupId group, Signal signal) {
    String channel = keys.channel(group);
    if (signal.kind() == Signal.Kind.PRESENCE) {
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
        .map(millis -> Instant.ofEpochMilli((long) Double.parseDouble(RedisLink.text(millis))));
  }
}
