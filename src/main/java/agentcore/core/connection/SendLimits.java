package agentcore.core.connection;

/**
 * How much may wait to be sent.
 *
 * @param queueBytes to one peer
 * @param total to all peers together
 * @param onOverdraft hears that the total is overdrawn; must neither block nor throw
 */
record SendLimits(long queueBytes, ByteBudget total, Runnable onOverdraft) {}
