/**
 * The store that servers share: logs, memberships and the room directory, behind one tiny
 * interface.
 *
 * <pre>{@code
 *                   Backend
 *     +------------+---+--------+-----------+
 *    Log        Presence    Directory     TokenBuckets
 * publish       join, leave  create, find   take
 * read          signal       invite
 *     \            |
 *      \---> Subscriber (a server's group) hears entries and signals
 *
 * MemoryBackend: MemoryLogs, MemoryPresence, MemoryDirectory
 * RedisBackend:  RedisLog,   RedisPresence,  RedisDirectory, RedisTokens
 *                    \          |            /
 *                RedisLink: commands, pipelined      RedisSubscriber: news
 *                              RedisUpkeep: lease, probe, the dead, the idle
 * }</pre>
 *
 * <p>A backend moves text, not objects: an event is written once, by the server it began on. The
 * log is the truth and what a receiver hears is a hint of it. That makes the hard part small: Redis
 * keeps a log well and tells news badly (pub/sub forgets whoever is not listening), and nothing
 * above needs more than that.
 *
 * <p>Every entry has an id of the server's making, and every hint carries the id of the entry
 * before it. Numbers alone would not do: a store that is restored from yesterday counts up to the
 * same seq again, with other messages.
 *
 * <p>In Redis each step that must not be torn is one Lua script, in
 * src/main/resources/agentcore/redis; each says at its head what it takes and gives. Memberships
 * stand under the lease of their server, and a survivor removes those of a dead one, telling their
 * wills. A caller waits for 1.8 s and gives up; a publish, join or leave that was given up is not
 * carried out later, since its script knows until when it may.
 *
 * <p>Threads: every method may be called by any thread and may block. A {@link
 * agentcore.core.backend.Subscriber} must not block, nor call the backend: it is called under a
 * lock of the memory backend, or by the one thread that reads the news of Redis.
 *
 * <p>Invariants: see {@link agentcore.core.backend.Backend}; one contract test holds every
 * implementation to them, a third one too. Read next: {@link agentcore.core.connection}.
 */
package agentcore.core.backend;
