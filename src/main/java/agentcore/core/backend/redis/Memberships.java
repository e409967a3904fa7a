package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import redis.clients.jedis.Protocol.Command;

/** The commands that read and write memberships, and the index of each server's memberships. */
final class Memberships {
  /** What {@link #erase} announces: the will of the member. */
  static final String WILL = "W";

  /** What {@link #erase} and {@link #write} announce: nothing. */
  static final String NOTHING = "";

  private static final int MAX_IN_FLIGHT = 1_000;

  /** How many users' last visits are kept; beyond that, the oldest is forgotten. */
  private static final int MAX_LAST_SEEN = 100_000;

  private final CommandLink link;
  private final Keys keys;
  private final int presenceLimit;

  /**
   * A membership of a connection on this server.
   *
   * @param announcement the message that announces it, or {@link #NOTHING}
   * @param sinceNanos when the join began
   */
  record Local(GroupId group, Member member, String announcement, long sinceNanos) {
    Local unannounced() {
      return new Local(group, member, NOTHING, sinceNanos);
    }

    String key() {
      return Keys.membership(group, member);
    }
  }

  /** A membership as Redis keeps it. */
  record Row(String server, long joinedMicros, Member member) {}

  Memberships(CommandLink link, Keys keys, int presenceLimit) {
    this.link = link;
    this.keys = keys;
    this.presenceLimit = presenceLimit;
  }

  /**
   * Writes a membership, after its entry in the server's index: a server that removes this one when
   * it is dead finds only what is in the index. If the index refuses the entry, the write fails and
   * a new membership is ended again.
   */
  CompletableFuture<Object> write(String server, Local entry, int capacity, boolean isNew) {
    GroupId group = entry.group();
    Member member = entry.member();
    CompletableFuture<Object> indexed = index(server, entry);
    CompletableFuture<Object> joined =
        link.submit(
            Scripts.JOIN,
            List.of(keys.members(group), keys.state(group), keys.evicted(group)),
            member.channel(),
            server,
            member.user(),
            member.will(),
            capacity,
            isNew ? 1 : 0,
            keys.channel(group),
            entry.announcement(),
            presenceLimit,
            group.kind() == GroupId.Kind.ROOM ? 1 : 0,
            link.deadlineMillis(),
            member.join());
    var unusedCancel =
        joined.whenComplete(
            (reply, failure) -> {
              if (joined.isCancelled()) { // the caller has given up, so neither is sent any more
                indexed.cancel(false);
              }
            });
    var unused =
        indexed.whenComplete(
            (reply, refusal) -> {
              if (refusal != null && joined.completeExceptionally(refusal) && isNew) {
                var unusedEnd = erase(group, member.channel(), member.join(), server, WILL);
              }
            });
    return joined;
  }

  /**
   * Ends a membership.
   *
   * @param join the join to end; a later membership of the channel stays
   * @param server ends the membership only if it belongs to this server; empty for any
   * @param announcement a message, {@link #WILL} or {@link #NOTHING}
   */
  CompletableFuture<Object> erase(
      GroupId group, String channel, String join, String server, String announcement) {
    return link.submit(
        Scripts.LEAVE,
        List.of(keys.members(group), keys.state(group), keys.seen(), keys.evicted(group)),
        channel,
        server,
        keys.channel(group),
        announcement,
        presenceLimit,
        group.kind() == GroupId.Kind.ROOM ? 1 : 0,
        link.deadlineMillis(),
        group.kind() == GroupId.Kind.USER ? group.id() : "",
        MAX_LAST_SEEN,
        join);
  }

  /** Erases memberships of a server and removes them from its index. Blocks. */
  void eraseAll(String server, Collection<String> memberships, String announcement) {
    inBatches(
        memberships,
        membership -> {
          String[] parts = membership.split("\n", 4);
          GroupId group = new GroupId(GroupId.Kind.valueOf(parts[0]), parts[1]);
          return erase(group, parts[2], parts[3], server, announcement);
        },
        (membership, reply) -> {
          Object unused = Reply.inTime(reply);
          unindex(server, membership); // after erasing: until then it must be found
        });
  }

  private CompletableFuture<Object> index(String server, Local entry) {
    return link.submit(Command.SADD, keys.memberships(server), entry.key());
  }

  /** Adds memberships to a server's index. Blocks. */
  void indexAll(String server, Collection<Local> entries) {
    inBatches(entries, entry -> index(server, entry), (entry, reply) -> {});
  }

  /** Removes a membership from a server's index. */
  void unindex(String server, String membership) {
    var unused = link.submit(Command.SREM, keys.memberships(server), membership);
  }

  /** Returns whether a server's index has a membership. Blocks. */
  boolean isIndexed(String server, Local entry) {
    return link.call(Command.SISMEMBER, keys.memberships(server), entry.key()).equals(1L);
  }

  /** Returns all memberships in a server's index. Blocks. */
  List<String> indexed(String server) {
    return Reply.texts(link.call(Command.SMEMBERS, keys.memberships(server)));
  }

  /** Returns the members of a group, unordered. Blocks. */
  List<Row> rows(GroupId group) {
    List<?> flat = Reply.list(link.call(Command.HGETALL, keys.members(group)));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      String[] value = Reply.text(flat.get(i + 1)).split("\n", 5);
      Member member = new Member(Reply.text(flat.get(i)), value[2], value[3], value[4]);
      rows.add(new Row(value[0], Long.parseLong(value[1]), member));
    }
    return rows;
  }

  /** Submits a command for each item, a batch at a time, and handles the replies. Blocks. */
  static <T> void inBatches(
      Collection<T> items,
      Function<T, CompletableFuture<Object>> submit,
      BiConsumer<T, Object> onReply) {
    Map<T, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (T item : items) {
      replies.put(item, submit.apply(item));
      if (replies.size() == MAX_IN_FLIGHT) {
        finish(replies, onReply);
      }
    }
    finish(replies, onReply);
  }

  private static <T> void finish(
      Map<T, CompletableFuture<Object>> replies, BiConsumer<T, Object> onReply) {
    replies.forEach((item, reply) -> onReply.accept(item, Reply.await(reply)));
    replies.clear();
  }
}
