package agentcore.core.connection;

/**
 * How many connections there may be, and how much may wait for them.
 *
 * @param perUser connections of one user
 * @param total connections in all
 * @param sendQueueBytes bytes that may wait to be sent to one peer
 * @param sendQueueTotalBytes bytes that may wait to be sent to all peers together
 */
public record ConnectionLimits(
    int perUser, int total, long sendQueueBytes, long sendQueueTotalBytes) {}
