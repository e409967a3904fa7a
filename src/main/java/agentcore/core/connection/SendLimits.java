package agentcore.core.connection;

import agentcore.core.metrics.Counter;

/**
 * How much may wait to be sent.
 *
 * @param queueBytes to one peer
 * @param total to all peers together
 * @param onOverdraft hears that the total is overdrawn; must neither block nor throw
 * @param slow counts the peers that are ended for it
 */
record SendLimits(long queueBytes, ByteBudget total, Runnable onOverdraft, Counter slow) {}
