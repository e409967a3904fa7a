/**
 * The backend of servers that share one Redis: logs in streams, hints by pub/sub, leases by time.
 */
package agentcore.core.backend.redis;
