package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Presence.JoinResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.Protocol.Command;

/** The commands that write a membership, and the index of a server's memberships. */
final class RedisMembers {
  /** So many commands are on their way at once. */
  static final int MAX_WAITING = 1_000;

  /**
   * Of so many users it is remembered when they were last seen; beyond, the oldest is forgotten.
   */
  private static final int MAX_LAST_SEEN = 100_000;

  private final RedisLink link;
  private final RedisKeys keys;
  private final int presenceLimit;

  /**
   * A membership as a server enters it.
   *
   * @param announcement told to the group, empty for nothing
   * @param sinceNanos when the server began to enter it
   */
  record Entered(GroupId group, Member member, String announcement, long sinceNanos) {
    /** Returns the same entry without an announcement to the group. */
    Entered unannounced() {
      return new Entered(group, member, "", sinceNanos);
    }
  }

  RedisMembers(RedisLink link, RedisKeys keys, int presenceLimit) {
    this.link = link;
    this.keys = keys;
    this.presenceLimit = presenceLimit;
  }

  /**
   * Writes a membership, and its entry in the server's index before it: a server that reaps this
   * one finds only what is in the index. So the write fails where the index was refused, and a new
   * membership is ended again.
   */
  CompletableFuture<Object> write(String server, Entered entry, int capacity, boolean isNew) {
    Member member = entry.member();
    CompletableFuture<Object> indexed = index(server, entry);
    CompletableFuture<Object> joined =
        link.submit(
            RedisScript.JOIN,
            List.of(
                keys.members(entry.group()),
                keys.state(entry.group()),
                keys.evicted(entry.group())),
            member.channel(),
            server,
            member.user(),
            member.will(),
            capacity,
            isNew ? 1 : 0,
            keys.channel(entry.group()),
            entry.announcement(),
            presenceLimit,
            entry.group().kind() == GroupId.Kind.ROOM ? 1 : 0,
            link.deadlineMillis(),
            member.join());
    var unused =
        indexed.whenComplete(
            (reply, refusal) -> {
              if (refusal != null && joined.completeExceptionally(refusal) && isNew) {
                var unusedEnd = erase(entry.group(), member.channel(), member.join(), server, "W");
              }
            });
    return joined;
  }

  /**
   * Ends a membership.
   *
   * @param channel whose
   * @param join which of the channel's memberships
   * @param server only if it belongs to this one, empty for any
   * @param told to the group, empty for nothing
   */
  CompletableFuture<Object> erase(
      GroupId group, String channel, String join, String server, String told) {
    return link.submit(
        RedisScript.LEAVE,
        List.of(keys.members(group), keys.state(group), keys.seen(), keys.evicted(group)),
        channel,
        server,
        keys.channel(group),
        told,
        presenceLimit,
        group.kind() == GroupId.Kind.ROOM ? 1 : 0,
        link.deadlineMillis(),
        group.kind() == GroupId.Kind.USER ? group.id() : "",
        MAX_LAST_SEEN,
        join);
  }

  /** Enters a membership into a server's index. */
  CompletableFuture<Object> index(String server, Entered entry) {
    return link.submit(
        Command.SADD,
        keys.memberships(server),
        RedisKeys.membership(entry.group(), entry.member()));
  }

  /** Says whether a membership is in a server's index. Blocks. */
  boolean isIndexed(String server, Entered entry) {
    return link.call(
            Command.SISMEMBER,
            keys.memberships(server),
            RedisKeys.membership(entry.group(), entry.member()))
        .equals(1L);
  }

  /** Takes a membership out of a server's index. */
  void unindex(String server, String membership) {
    var unused = link.submit(Command.SREM, keys.memberships(server), membership);
  }

  /** Returns all that a server's index holds. Blocks. */
  List<String> indexed(String server) {
    return RedisReply.texts(link.call(Command.SMEMBERS, keys.memberships(server)));
  }

  /** In batches: one after the other would take longer than a lease where there are many. */
  void eraseAll(String server, Collection<String> memberships, String told) {
    Map<String, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (String membership : memberships) {
      String[] parts = membership.split("\n", 4);
      GroupId group = new GroupId(GroupId.Kind.valueOf(parts[0]), parts[1]);
      replies.put(membership, erase(group, parts[2], parts[3], server, told));
      if (replies.size() == MAX_WAITING) {
        finishErasing(server, replies);
      }
    }
    finishErasing(server, replies);
  }

  /** The index last: what was not erased can still be found. */
  private void finishErasing(String server, Map<String, CompletableFuture<Object>> replies) {
    replies.values().forEach(reply -> RedisReply.inTime(RedisReply.await(reply)));
    replies.keySet().forEach(membership -> unindex(server, membership));
    replies.clear();
  }

  /** Enters memberships into a server's index. Blocks. */
  void indexAll(String server, Collection<Entered> entries) {
    List<CompletableFuture<Object>> replies = new ArrayList<>();
    for (Entered entry : entries) {
      replies.add(index(server, entry));
      if (replies.size() == MAX_WAITING) {
        replies.forEach(RedisReply::await);
        replies.clear();
      }
    }
    replies.forEach(RedisReply::await);
  }

  /** A member, its server, and when it joined. */
  record Row(String server, long joinedMicros, Member member) {}

  /** Returns all members of a group, in no order. Blocks. */
  List<Row> rows(GroupId group) {
    List<?> flat = RedisReply.list(link.call(Command.HGETALL, keys.members(group)));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      String[] value = RedisReply.text(flat.get(i + 1)).split("\n", 5);
      Member member = new Member(RedisReply.text(flat.get(i)), value[2], value[3], value[4]);
      rows.add(new Row(value[0], Long.parseLong(value[1]), member));
    }
    return rows;
  }

  /** Reads what became of a join. */
  static JoinResult joined(Object reply) {
    List<?> fields = RedisReply.list(reply);
    JoinResult.Outcome outcome =
        JoinResult.Outcome.valueOf(RedisReply.text(RedisReply.inTime(fields.get(0))));
    return new JoinResult(outcome, ((Long) fields.get(1)).intValue());
  }
}
