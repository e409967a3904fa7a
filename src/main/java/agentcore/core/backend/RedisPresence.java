package agentcore.core.backend;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.CommandArguments;
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

  private final RedisLink link;
  private final RedisKeys keys;
  private final RedisLease lease;
  private final int presenceLimit;
  private final Map<String, Local> local = new ConcurrentHashMap<>();

  private record Local(GroupId group, Member member, String announcement) {}

  RedisPresence(RedisLink link, RedisKeys keys, RedisLease lease, int presenceLimit) {
    this.link = link;
    this.keys = keys;
    this.lease = lease;
    this.presenceLimit = presenceLimit;
  }

  @Override
  public Joined join(GroupId group, Member member, int capacity, Optional<Signal> announcement) {
    Local entry = new Local(group, member, announcement.map(RedisNews::text).orElse(NOTHING));
    boolean mustBeOpen = group.kind() == GroupId.Kind.ROOM;
    String server = lease.server();
    Joined joined = joined(RedisLink.await(write(server, entry, capacity, mustBeOpen)));
    String membership = RedisKeys.membership(group, member.channel());
    if (joined.outcome() == Joined.Outcome.FULL || joined.outcome() == Joined.Outcome.GONE) {
      unindex(server, membership);
      return joined;
    }
    local.put(membership, entry);
    if (!server.equals(lease.server())) { // it was reaped meanwhile, and this with it or after it
      RedisLink.await(write(lease.server(), entry, Integer.MAX_VALUE, false));
    }
    return joined;
  }

  /** The index first: whoever reaps this server then finds every membership that there can be. */
  private CompletableFuture<Object> write(
      String server, Local entry, int capacity, boolean mustBeOpen) {
    Member member = entry.member();
    var unused =
        link.submit(
            new CommandArguments(Command.SADD)
                .add(keys.memberships(server))
                .add(RedisKeys.membership(entry.group(), member.channel())));
    return link.submit(
        RedisScript.JOIN,
        List.of(keys.members(entry.group()), keys.state(entry.group())),
        member.channel(),
        server,
        member.user(),
        member.will(),
        capacity,
        mustBeOpen ? 1 : 0,
        keys.channel(entry.group()),
        entry.announcement(),
        presenceLimit);
  }

  private static Joined joined(Object reply) {
    List<?> fields = RedisLink.list(reply);
    Joined.Outcome outcome = Joined.Outcome.valueOf(RedisLink.text(fields.get(0)));
    return new Joined(outcome, ((Long) fields.get(1)).intValue());
  }

  private void unindex(String server, String membership) {
    var unused =
        link.submit(
            new CommandArguments(Command.SREM).add(keys.memberships(server)).add(membership));
  }

  @Override
  public boolean leave(GroupId group, String channel, Optional<Signal> announcement) {
    String membership = RedisKeys.membership(group, channel);
    local.remove(membership);
    String told = announcement.map(RedisNews::text).orElse(NOTHING);
    Object reply = RedisLink.await(erase(group, channel, ANY_SERVER, told));
    unindex(lease.server(), membership);
    return reply.equals(1L);
  }

  private CompletableFuture<Object> erase(
      GroupId group, String channel, String server, String told) {
    String seen = group.kind() == GroupId.Kind.USER ? keys.seen(group) : "";
    return link.submit(
        RedisScript.LEAVE,
        List.of(keys.members(group), keys.state(group), seen),
        channel,
        server,
        keys.channel(group),
        told,
        presenceLimit,
        group.kind() == GroupId.Kind.ROOM ? 1 : 0);
  }

  /** Notes that another server ended a membership of a connection that is here. */
  void evicted(GroupId group, String channel) {
    local.remove(RedisKeys.membership(group, channel));
  }

  /** Writes again what is here, and removes what is not. Blocks. */
  void reconcile() {
    String server = lease.server();
    List<CompletableFuture<Object>> replies = new ArrayList<>();
    for (Local entry : local.values()) {
      replies.add(write(server, entry, Integer.MAX_VALUE, false));
      waitForSome(replies);
    }
    replies.forEach(RedisLink::await);
    List<?> indexed =
        RedisLink.list(
            link.call(new CommandArguments(Command.SMEMBERS).add(keys.memberships(server))));
    for (Object each : indexed) {
      String membership = RedisLink.text(each);
      if (!local.containsKey(membership)) {
        eraseOf(server, membership);
      }
    }
  }

  private static void waitForSome(List<CompletableFuture<Object>> replies) {
    if (replies.size() == 1_000) {
      replies.forEach(RedisLink::await);
      replies.clear();
    }
  }

  /** Removes every membership of a dead server, telling the wills; exactly one survivor tells. */
  void reap(String deadServer) {
    String index = keys.memberships(deadServer);
    List<?> memberships =
        RedisLink.list(link.call(new CommandArguments(Command.SMEMBERS).add(index)));
    for (Object each : memberships) {
      eraseOf(deadServer, RedisLink.text(each));
    }
    link.call(new CommandArguments(Command.ZREM).add(keys.servers()).add(deadServer));
  }

  private void eraseOf(String server, String membership) {
    String[] parts = membership.split("\n", 3);
    GroupId group = new GroupId(GroupId.Kind.valueOf(parts[0]), parts[1]);
    RedisLink.await(erase(group, parts[2], server, WILL));
    unindex(server, membership);
  }

  @Override
  public List<Member> members(GroupId group, int limit) {
    record Row(String server, long joinedMicros, Member member) {}

    List<?> flat =
        RedisLink.list(link.call(new CommandArguments(Command.HGETALL).add(keys.members(group))));
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
        groups.stream()
            .map(g -> link.submit(new CommandArguments(Command.HLEN).add(keys.members(g))))
            .toList();
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
      link.call(new CommandArguments(Command.PUBLISH).add(channel).add(RedisNews.text(signal)));
    }
  }

  @Override
  public Optional<Instant> lastSeen(String user) {
    GroupId group = GroupId.user(user);
    if (!members(group, 1).isEmpty()) {
      return Optional.of(Instant.now());
    }
    Object reply = link.call(new CommandArguments(Command.GET).add(keys.seen(group)));
    return Optional.ofNullable(reply)
        .map(millis -> Instant.ofEpochMilli(Long.parseLong(RedisLink.text(millis))));
  }
}
