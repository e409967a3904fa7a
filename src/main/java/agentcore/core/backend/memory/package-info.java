/**
 * The backend of a server that runs alone: everything in the memory of the process.
 *
 * <pre>{@code
 * MemoryBackend ---> MemoryLogs ---> MemoryLog, one for each group ---> Entries (ring buffers)
 *               ---> MemoryPresence      the members of all groups
 *               ---> MemoryDirectory     the rooms; asks the other two when it removes one
 * }</pre>
 *
 * <p>There are no leases: if the process ends, so do all memberships. For the same reason a will is
 * never used, and token buckets grant everything.
 *
 * <p>Threads: each class has one lock, held only for short steps; subscribers are called under it,
 * except by a broadcast and a flush. Locks are taken in the order directory, presence, log. One
 * virtual thread removes what has expired.
 *
 * <p>Invariant: the memory is bounded by {@link agentcore.core.backend.BackendLimits}. Read next:
 * {@code MemoryLog.publish}.
 */
package agentcore.core.backend.memory;
