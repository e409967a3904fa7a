/**
 * The backend of servers that share a Redis: one primary, one behind sentinels, or a cluster.
 *
 * <pre>{@code
 *                                                             scripts:
 * RedisLog         stream + record + channel of a group      publish, read, open
 * RedisPresence    Memberships under this server's Lease      join, leave, verify, broadcast, ...
 * RedisDirectory   rooms and invitations                      create, close, invite, ...
 *       \              |
 *        \       Subscriptions   one Subscription for each group with subscribers on this server
 *         \           |
 *            Router            (package cluster: each key and channel at its primary)
 *
 * Upkeep, once a second: Lease, Probes, RecoveryCheck, LossScan; removes dead servers, idle rooms
 * }</pre>
 *
 * <p>Names are spread over 1,024 partitions ({@code Keys}), each of which is on one primary.
 * Everything that one script touches is in one partition: a group, the part of a server's index
 * that lists members of that group, and the last visits of the partition's users. What exists once
 * for all (the list of servers, the directory of rooms, the group of all connections) is in one
 * partition. Without its primary no client can connect, and servers are not ready.
 *
 * <p>Each step that must happen completely or not at all is one Lua script, in
 * src/main/resources/agentcore/redis; the head of the script describes keys, arguments and reply. A
 * script publishes in the step that changes the data, so messages on a channel have the order of
 * the changes. Scripts treat texts as opaque.
 *
 * <p>A caller waits for 1.8 s and then gives up. A connection on which Redis is silent for that
 * long counts as lost. Publish, join and leave carry a deadline in the time of Redis, after which
 * the script does nothing, so a call that was reported as failed does not take effect later. A join
 * or leave that may have happened just before is corrected by {@code RedisPresence.reconcile}.
 *
 * <p>Redis may lose data. If a log that was rolled back kept its epoch, two messages would have the
 * same seq. So each server passes the newest position that it knows of a log (epoch, seq, id), and
 * the script begins a new epoch if the log in Redis contradicts it.
 *
 * <p>Threads: callers wait for futures that the thread of a CommandLink completes; the threads of
 * the PubSubLinks deliver messages; the two threads of Upkeep do the periodic work. Read next: the
 * head of publish.lua, then {@link agentcore.core.backend.redis.cluster}.
 */
package agentcore.core.backend.redis;
