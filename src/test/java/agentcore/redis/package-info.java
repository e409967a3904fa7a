/**
 * Many servers on one Redis, and what goes wrong with it: killed, paused, emptied, rolled back, cut
 * off. Everything is real: the Redis, the sockets, and, where it is killed, the server.
 *
 * <pre>
 *   Guest --- TestServer --------------------- RedisProcess
 *   Guest --- TestServer ----- FaultProxy -----+   |
 *   Guest --- ServerProcess -----------------------+
 * </pre>
 *
 * <p>With {@code -Dagentcore.long=true} the loads run for a minute in full; without, for seconds.
 */
package agentcore.redis;
