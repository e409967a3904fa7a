package agentcore.core.connection;

import agentcore.core.metrics.Counter;

/**
 * How much may wait to be sent.
 *
 * @param queueBytes to one peer
 * @param total to all peers together
 * @param slow counts the peers that are ended for it
 */
record SendLimits(long queueBytes, SendBudget total, Counter slow) {}
