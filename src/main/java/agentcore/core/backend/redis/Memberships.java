package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.Reply;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import redis.clients.jedis.Protocol.Command;

/** The commands that read and write memberships, and each server's index of its memberships. */
final class Memberships {
  /** What {@link #erase} announces: the will of the member. */
  static final String WILL = "W";

  /** What {@link #erase} and {@link #write} announce: nothing. */
  static final String NOTHING = "";

  private static final int MAX_IN_FLIGHT = 1_000;

  /** The least number of users whose last visits are kept; each partition has a share of it. */
  private static final int MIN_LAST_SEEN = 100_000;

  /** Twice the average, so that a partition with many users keeps their latest visits. */
  private static final int MAX_LAST_SEEN_PER_PARTITION = 2 * MIN_LAST_SEEN / Keys.PARTITIONS;

  private final Router router;
  private final Keys keys;
  private final int presenceLimit;

  /**
   * A membership of a connection on this server.
   *
   * @param announcement the message that announces it, or {@link #NOTHING}
   * @param sinceNanos when the join began
   */
  record LocalMembership(GroupId group, Member member, String announcement, long sinceNanos) {
    LocalMembership unannounced() {
      return new LocalMembership(group, member, NOTHING, sinceNanos);
    }

    /** Returns the entry in the index of its server. */
    String indexEntry() {
      return Keys.membership(group, member);
    }
  }

  /** A membership as Redis keeps it. */
  record Row(String server, long joinedMicros, Member member) {}

  Memberships(Router router, Keys keys, int presenceLimit) {
    this.router = router;
    this.keys = keys;
    this.presenceLimit = presenceLimit;
  }

  /** Writes a membership and its entry in the server's index, in one step. */
  CompletableFuture<Object> write(
      String server, LocalMembership entry, int capacity, boolean isNew) {
    GroupId group = entry.group();
    Member member = entry.member();
    return router.submit(
        Scripts.JOIN,
        List.of(
            keys.members(group),
            keys.state(group),
            keys.evicted(group),
            keys.index(server, group),
            keys.record(group)),
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
        router.deadlineMillis(keys.members(group)),
        member.join(),
        entry.indexEntry());
  }

  /**
   * Ends memberships of a server, and removes them from its index. Blocks.
   *
   * @param announcement a message, {@link #WILL} or {@link #NOTHING}
   */
  void eraseAll(String server, Collection<String> memberships, String announcement) {
    inBatches(
        memberships,
        membership -> {
          String[] parts = membership.split("\n", 4);
          GroupId group = new GroupId(GroupId.Kind.valueOf(parts[0]), parts[1]);
          Member member = new Member(parts[2], "", parts[3], "");
          return erase(group, member, server, server, announcement);
        },
        (membership, reply) -> {
          Object unused = Reply.inTime(reply);
        });
  }

  /**
   * Ends a membership.
   *
   * @param member its channel, and the join to end; a later membership of the channel stays
   * @param owner the server to which it must belong; empty for any
   * @param indexed the server whose index loses the entry
   */
  CompletableFuture<Object> erase(
      GroupId group, Member member, String owner, String indexed, String announcement) {
    return router.submit(
        Scripts.LEAVE,
        List.of(
            keys.members(group),
            keys.state(group),
            keys.seen(group),
            keys.evicted(group),
            keys.index(indexed, group)),
        member.channel(),
        owner,
        keys.channel(group),
        announcement,
        presenceLimit,
        group.kind() == GroupId.Kind.ROOM ? 1 : 0,
        router.deadlineMillis(keys.members(group)),
        group.kind() == GroupId.Kind.USER ? group.id() : "",
        MAX_LAST_SEEN_PER_PARTITION,
        member.join(),
        Keys.membership(group, member));
  }

  /** Removes a membership that another server has ended from a server's index. */
  void unindex(String server, GroupId group, Member member) {
    var unused =
        router.submit(Command.SREM, keys.index(server, group), Keys.membership(group, member));
  }

  /** Returns the memberships in a server's index, of some partitions. Blocks. */
  List<String> indexed(String server, BitSet partitions) {
    List<String> all = new ArrayList<>();
    inBatches(
        partitions.stream().boxed().toList(),
        partition -> router.submit(Command.SMEMBERS, keys.index(server, partition)),
        (partition, reply) -> all.addAll(Reply.texts(reply)));
    return all;
  }

  /** Returns the members of a group, unordered. Blocks. */
  List<Row> rows(GroupId group) {
    List<Row> rows = new ArrayList<>();
    Reply.map(router.call(Command.HGETALL, keys.members(group)))
        .forEach(
            (channel, row) -> {
              String[] value = row.split("\n", 5);
              Member member = new Member(channel, value[2], value[3], value[4]);
              rows.add(new Row(value[0], Long.parseLong(value[1]), member));
            });
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
