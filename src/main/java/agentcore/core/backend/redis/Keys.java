package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Member;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The names of all keys and channels. All begin with the prefix, and those of one group share a
 * hash tag. They hold no text from clients, only ids that servers make, base64url and digests.
 *
 * @param prefix REDIS_CHANNEL_PREFIX
 * @param database part of each channel, since pub/sub ignores the selected database
 */
record Keys(String prefix, int database) {
  String servers() {
    return prefix + "{servers}";
  }

  String numbers() {
    return prefix + "{servers}:numbers";
  }

  String memberships(String server) {
    return prefix + "{server:" + server + "}:memberships";
  }

  String rooms() {
    return prefix + "{rooms}";
  }

  String creators() {
    return prefix + "{rooms}:creators";
  }

  String seen() {
    return prefix + "{seen}";
  }

  String sweep() {
    return prefix + "{rooms}:sweep";
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

  String idempotency(GroupId group, IdempotencyKey key) {
    return key(group, "once:" + IdempotencyKey.digest(key.user() + '\n' + key.requestId()));
  }

  String channel(GroupId group) {
    return prefix + database + ':' + tag(group);
  }

  String probe(String id) {
    return prefix + database + ":probe:" + id;
  }

  private String key(GroupId group, String name) {
    return prefix + tag(group) + ':' + name;
  }

  private static String tag(GroupId group) {
    return switch (group.kind()) {
      case ROOM -> "{r:" + group.id() + "}";
      case USER -> "{u:" + base64(group.id()) + "}";
      case ALL -> "{all}";
    };
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
