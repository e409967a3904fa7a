/**
 * Several servers on one Redis that is killed, paused, emptied, rolled back or cut off. Redis and
 * the sockets are real; a server that is killed is a process of its own.
 *
 * <pre>
 *   Guest --- TestServer --------------------- RedisProcess
 *   Guest --- TestServer ----- FaultProxy -----+   |
 *   Guest --- ServerProcess -----------------------+
 * </pre>
 *
 * <p>With {@code -Dagentcore.long=true} the loads run for a minute, otherwise for seconds.
 */
package agentcore.redis;
