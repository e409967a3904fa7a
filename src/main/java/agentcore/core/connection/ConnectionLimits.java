package agentcore.core.connection;

/**
 * The limits on connections and on the data that waits for them.
 *
 * @param perUser connections of one user
 * @param total connections of all users
 * @param sendQueueBytes bytes that may wait to be sent to one peer
 * @param sendQueueTotalBytes bytes that may wait to be sent to all peers together
 */
public record ConnectionLimits(
    int perUser, int total, long sendQueueBytes, long sendQueueTotalBytes) {}
