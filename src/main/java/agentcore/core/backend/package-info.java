/**
 * The contract of the store that servers share. Implementations: {@code
 * agentcore.core.backend.memory} for one server, {@code agentcore.core.backend.redis} for many. A
 * third one implements {@link Backend} and inherits the contract tests (BackendContractTest).
 *
 * <pre>{@code
 *                        Backend
 *    +-----------+-----------+------------+-----------+
 *   Log       Presence    Directory    Accounts   TokenBuckets
 * publish     join        create       read       take
 * read        leave       find         set
 * unread      broadcast   invite       remove
 * subscribe      |                        |
 *    |           |                        |
 *    +-----------+------------------------+---> Subscriber: receives entries (from the log) and
 *                                               notices (not stored)
 * }</pre>
 *
 * <p>A backend stores and carries text; it never reads or writes JSON. The group of a room or a
 * user has a log, and every group has members. A user's log costs nothing until its first entry: a
 * member learns the log's position when it joins ({@code JoinResult.log}), and a connected user
 * need not ask for it. The log is the truth; what a subscriber receives is a hint, which may be
 * missing, repeated or late. That keeps the contract small: Redis stores a log well, but its
 * pub/sub forgets every subscriber that is not connected.
 *
 * <h2>Order</h2>
 *
 * <ul>
 *   <li>All servers see the entries of a log in one order. Within an epoch, seq grows by one.
 *   <li>The entries that one thread submits are appended in that order.
 *   <li>A backend that may have lost entries begins a new epoch, whose seq is beyond every seq that
 *       the calling server knows. It finds out by the position that each call passes ({@code
 *       known}). Epoch and seq are not enough for that: a store restored from a backup counts up to
 *       the same seq again. So each entry has a unique id, and each hint has the id of the entry
 *       before it.
 *   <li>A subscriber receives the hints of one log one at a time and in their order, and the joins
 *       and leaves of one group in their order. Other notices may overlap.
 *   <li>Everything that happens after {@link Log#subscribe} has returned is delivered. A backend
 *       that may have lost hints, for example during a cut, calls {@link Subscriber#onGap}; so it
 *       does, on all servers, when {@link Log#open} begins a new epoch, since no entry may follow.
 * </ul>
 *
 * <h2>Idempotency</h2>
 *
 * <p>In a group, one publish with a given {@link IdempotencyKey} is appended, on any server, within
 * {@link BackendLimits#idempotencyTtl}. Others return the position of that entry: {@code DUPLICATE}
 * or, if the text differs, {@code CONFLICT}.
 *
 * <h2>Leases</h2>
 *
 * <p>A membership is valid while its server is alive. If a server dies, another one removes its
 * members within seconds and broadcasts the will of each. Removing a member and announcing it is
 * one atomic step, so that a departure is announced exactly once. A removal names the {@link
 * Member#join} that it ends and never ends a later one. A server that was declared dead by mistake
 * adds its members again.
 *
 * <h2>Failures</h2>
 *
 * <p>Each method throws {@link BackendException} when the store refuses, or does not answer a
 * command in time (two seconds at most). The caller does not know then whether the step happened: a
 * publish may be retried with the same key and position, and memberships correct themselves. What a
 * caller has given up is not carried out later. After a failure the backend recovers without a
 * restart.
 *
 * <h2>Threads</h2>
 *
 * <p>Any thread may call any method, which may block unless its comment says otherwise. A {@link
 * Subscriber} is called under a lock of the memory backend, or by the thread that reads from Redis.
 *
 * <p>Read next: {@code agentcore.core.backend.memory}, the shortest implementation; then {@code
 * agentcore.core.group}, the caller.
 */
package agentcore.core.backend;
