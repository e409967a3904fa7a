package agentcore.core.backend;

/**
 * A connection as other servers see it.
 *
 * @param channel the connection's name, unique in the cluster
 * @param user the user it belongs to
 * @param will an event's text without timestamp, told to the group by whoever removes this member
 *     because its server died (MQTT's word for it); empty for none
 */
public record Member(String channel, String user, String will) {}
