package agentcore.client;

/**
 * How many messages of others the user has not read on any device.
 *
 * @param unread all of them
 * @param mentions those that mention the user; 0 in a private conversation
 */
public record UnreadCount(long unread, long mentions) {}
