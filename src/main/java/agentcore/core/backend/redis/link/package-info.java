/**
 * The connections to one primary: Redis or Valkey. Nothing here knows what the keys mean.
 *
 * <pre>{@code
 * CommandLink   one connection for commands and scripts: Call out, Reply back, pipelined
 *     CallQueue            the calls that wait, by their order and their hash slot
 * PubSubLink    one connection that receives messages on Channels
 *     MessageConnection    one such connection from its begin to its end
 *     both:     a Node is connected to, a RepeatingThread serves and paces the attempts
 * Health        which Failures are going on; logs the beginning and the end of each
 * RedisUrl      the address in REDIS_URL: Nodes or sentinels, and how to log in
 * }</pre>
 *
 * <p>Threads: any thread may submit a command or subscribe; each link has one platform thread that
 * owns its connection. A pool would need no thread of its own, but jedis' pool waits inside {@code
 * synchronized}, which pins carriers on JDK 21 to 23.
 *
 * <p>Invariants: commands of one caller run in the order in which it submitted them. A command
 * whose caller has given up is not sent. No queue is unbounded: when the queue of commands is full,
 * new ones fail at once.
 *
 * <p>Read next: {@link agentcore.core.connection}.
 */
package agentcore.core.backend.redis.link;
