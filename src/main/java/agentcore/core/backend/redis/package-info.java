/**
 * The backend of servers that share one Redis.
 *
 * <pre>{@code
 *                                                             scripts:
 * RedisLog         stream + record + channel of a group      publish, read, open
 * RedisPresence    Memberships under this server's Lease      join, leave, verify, hint, tell
 * RedisDirectory   rooms and invitations                      create, close, invite, ...
 *       \              |
 *   CommandLink    GroupChannels --- PubSubLink       (package link)
 *
 * Upkeep, once a second: Lease, RecoveryCheck, LossScan; removes dead servers and idle rooms
 * }</pre>
 *
 * <p>Each step that must happen completely or not at all is one Lua script, in
 * src/main/resources/agentcore/redis; the head of the script describes keys, arguments and reply. A
 * script publishes in the step that changes the data, so messages on a channel have the order of
 * the changes. Scripts treat texts as opaque.
 *
 * <p>A caller waits for 1.8 s and then gives up, and so does a connection on which Redis is silent
 * for that long. Publish, join and leave carry a deadline in the time of Redis, after which the
 * script does nothing: what was reported as failed does not happen later. A join or leave that may
 * have happened just before is corrected by {@code RedisPresence.reconcile}.
 *
 * <p>Redis may lose data. If a log that was rolled back kept its epoch, two messages would have the
 * same seq. So each server passes what it knows of a log (epoch, seq, id), and the script begins a
 * new epoch if Redis contradicts it.
 *
 * <p>Threads: callers wait for futures that the thread of the CommandLink completes; the thread of
 * the PubSubLink delivers messages; the two threads of Upkeep do the periodic work. Read next: the
 * head of publish.lua, then {@link agentcore.core.backend.redis.link}.
 */
package agentcore.core.backend.redis;
