package agentcore.core.backend;

/**
 * A connection's membership of a group, as other servers see it.
 *
 * @param channel the connection's name, unique in the cluster
 * @param user the user it belongs to
 * @param join tells this membership from an earlier or later one of the same channel in the same
 *     group; holds no line feed, and is empty where a channel never joins a second time
 * @param will an event's text without timestamp, told to the group by whoever removes this member
 *     because its server died (MQTT's word for it); empty for none
 */
public record Member(String channel, String user, String join, String will) {
  /** Makes a member whose channel never joins this group a second time. */
  public Member(String channel, String user, String will) {
    this(channel, user, "", will);
  }
}
