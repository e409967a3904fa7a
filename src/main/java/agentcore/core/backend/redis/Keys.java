package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Member;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The names of all keys and channels. All begin with the prefix. They hold no text from clients,
 * only ids that servers make, base64url and digests.
 *
 * <p>A name also holds the number of its partition in braces, as in {@code ws:{417}r:ID:log}. Redis
 * Cluster keeps all names with the same text in braces on one primary, so one script can use
 * everything that belongs to a group, and the index of its members. A group's partition follows
 * from its id. What exists once for all servers is in the partition of the group of all.
 *
 * @param prefix REDIS_CHANNEL_PREFIX
 * @param database part of each channel, since pub/sub ignores the selected database
 */
record Keys(String prefix, int database) {
  /** Enough to spread evenly over many primaries, and few enough to visit them all. */
  static final int PARTITIONS = 1_024;

  static int partition(GroupId group) {
    return Math.floorMod(31 * group.id().hashCode() + group.kind().name().hashCode(), PARTITIONS);
  }

  String servers() {
    return common("servers");
  }

  String numbers() {
    return common("numbers");
  }

  String rooms() {
    return common("rooms");
  }

  String creators() {
    return common("creators");
  }

  String sweep() {
    return common("sweep");
  }

  /** The index of a server's memberships in the groups of one partition. */
  String index(String server, int partition) {
    return prefix + tag(partition) + "index:" + server;
  }

  String index(String server, GroupId group) {
    return index(server, partition(group));
  }

  String seen(GroupId user) {
    return prefix + tag(partition(user)) + "seen";
  }

  String log(GroupId group) {
    return key(group, "log");
  }

  String record(GroupId group) {
    return key(group, "record");
  }

  String members(GroupId group) {
    return key(group, "members");
  }

  String state(GroupId group) {
    return key(group, "state");
  }

  String invited(GroupId group) {
    return key(group, "invited");
  }

  String evicted(GroupId group) {
    return key(group, "evicted");
  }

  String tokens(GroupId user) {
    return key(user, "tokens");
  }

  String set(GroupId user, String set) {
    return key(user, "set:" + set);
  }

  String idempotency(GroupId group, IdempotencyKey key) {
    return key(group, "once:" + IdempotencyKey.digest(key.user() + '\n' + key.requestId()));
  }

  /** The name of a key that never exists. */
  String absent(GroupId group) {
    return key(group, "absent");
  }

  String channel(GroupId group) {
    return prefix + database + ':' + name(group);
  }

  /** A server's probe channel on the primary that has the partition. */
  String probe(String id, int partition) {
    return prefix + database + ':' + tag(partition) + "probe:" + id;
  }

  /** The beginning of the keys on which rights are tried. */
  String check(String id, int partition) {
    return prefix + tag(partition) + "check:" + id;
  }

  private String common(String name) {
    return prefix + tag(partition(GroupId.all())) + name;
  }

  private String key(GroupId group, String name) {
    return prefix + name(group) + ':' + name;
  }

  private static String name(GroupId group) {
    return tag(partition(group))
        + switch (group.kind()) {
          case ROOM -> "r:" + group.id();
          case USER -> "u:" + base64(group.id());
          case ALL -> "all";
        };
  }

  private static String tag(int partition) {
    return "{" + partition + "}";
  }

  /** Returns a membership as one text: kind, id, channel and join; none holds a line feed. */
  static String membership(GroupId group, Member member) {
    return group.kind() + "\n" + group.id() + "\n" + member.channel() + "\n" + member.join();
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
