/**
 * What the clients of a torture run sent and received, and the check of that record against the
 * delivery guarantee. Knows nothing of servers and stores.
 */
package agentcore.torture.history;
