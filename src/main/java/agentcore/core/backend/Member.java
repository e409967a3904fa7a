package agentcore.core.backend;

/**
 * A connection's membership of a group.
 *
 * @param channel the connection's name, unique among all servers
 * @param join tells the memberships of one channel in one group apart; without line feeds; empty if
 *     a channel joins only once
 * @param will a text that is broadcast to the group as {@link Notice#presence} when this member is
 *     removed because its server died (named after MQTT's); empty for none. The backend replaces
 *     {@link #REMOVAL_TIME} in it.
 */
public record Member(String channel, String user, String join, String will) {
  /**
   * Stands in a will for the time of the removal, in seconds since 1970 with three decimals. This
   * character cannot occur in JSON.
   */
  public static final String REMOVAL_TIME = "\0";

  /** Creates a member whose channel joins this group only once. */
  public Member(String channel, String user, String will) {
    this(channel, user, "", will);
  }
}
