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
   */
  record Entered(GroupId group, Member member, String announcement) {}

  RedisMembers(RedisLink link, RedisKeys keys, int presenceLimit) {
    this.link = link;
    this.keys = keys;
    this.presenceLimit = presenceLimit;
  }

  /** The index first: whoever reaps this server then finds every membership that there can be. */
  CompletableFuture<Object> write(String server, Entered entry, int capacity, boolean isNew) {
    Member member = entry.member();
    var unused =
        link.submit(
            Command.SADD,
            keys.memberships(server),
            RedisKeys.membership(entry.group(), member.channel()));
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
        link.deadlineMillis());
  }

  /**
   * Ends a membership.
   *
   * @param server only if it belongs to this one, empty for any
   * @param told to the group, empty for nothing
   */
  CompletableFuture<Object> erase(GroupId group, String channel, String server, String told) {
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
        MAX_LAST_SEEN);
  }

  /** Takes a membership out of a server's index. */
  void unindex(String server, String membership) {
    var unused = link.submit(Command.SREM, keys.memberships(server), membership);
  }

  /** Returns all that a server's index holds. Blocks. */
  List<String> indexed(String server) {
    return RedisLink.texts(link.call(Command.SMEMBERS, keys.memberships(server)));
  }
}
