package agentcore.core.backend;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.Protocol.Command;

/** The commands that write a membership, and the index of a server's memberships. */
final class RedisMembers {
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
    /** Returns the same without a word to the group. */
    Entered unannounced() {
      return new Entered(group, member, "", sinceNanos);
    }
  }

  RedisMembers(RedisLink link, RedisKeys keys, int presenceLimit) {
    this.link = link;
    this.keys = keys;
    this.presenceLimit = presenceLimit;
  }

  /** The index first: whoever reaps this server then finds every membership that there can be. */
  CompletableFuture<Object> write(String server, Entered entry, int capacity, boolean isNew) {
    Member member = entry.member();
    var unused = index(server, entry);
    return link.submit(
        RedisScript.JOIN,
        List.of(
            keys.members(entry.group()), keys.state(entry.group()), keys.evicted(entry.group())),
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
}
