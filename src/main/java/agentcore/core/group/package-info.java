/**
 * Groups of connections. A room's group follows the room's log and delivers every entry to the
 * members that are connected to this server. The group of a user has no log: each connection
 * subscribes to its notices by itself ({@code UserNotices}), and ends when it is evicted.
 *
 * <pre>{@code
 * Group.publish --> backend's log      (a handler's thread, waits for the result)
 *                    | entry, notice   (a thread of the backend)
 *                    v
 * Group:           Inbox               (bounded; the thread that acquires the lock drains it)
 *                    v
 *                LogFollower           (position: does the entry follow?)
 *                 |       |  no
 *            yes  |       +--------> GapRepair: reads the log on a few Workers
 *                 v
 *               Members -----------> Connection.deliver, for each member
 * }</pre>
 *
 * <p>An entry must follow the group's position, by seq and by the id of the entry before it. If it
 * does, it is framed once, joined with entries that arrived at the same time, and the same bytes
 * are offered to every member. If it is the entry at the position, it came twice and is dropped. In
 * any other case the log is read from the position, and the members notice nothing; or they receive
 * a {@code room_reset}, if the log does not continue at their position.
 *
 * <p>Entering a room must be exact although its log keeps moving. A group first subscribes and then
 * reads the log's position. A member is added under the group's lock, which fixes its position:
 * earlier entries are history to it, and later ones are offered, held back until the reply to the
 * request.
 *
 * <p>After an outage thousands of groups have to read their logs. {@code Workers} let sixteen of
 * them read at a time, a few pages in turn, so the store continues to serve publishes, joins and
 * history. Presence hints are in no log. Once the log has been read, the consumer of each endpoint
 * is asked for an event for its members ({@code Consumer.afterLoss}).
 *
 * <p>Threads: everything that concerns the members, the position and the delivery of a group
 * happens under the group's lock. Nothing blocks under it, except for opening the group and reading
 * the log; news waits in the inbox meanwhile, and the threads that bring it do not wait. A
 * publisher has the log read if its own entry does not arrive, and {@code GroupWatch} finds groups
 * that lost the hints of other servers. The connection's reader thread enters and leaves rooms.
 *
 * <p>Invariants: all members of a group receive the same order without gaps; a gap that cannot be
 * filled is reported; a lock is never held while a client is waited for.
 *
 * <p>Read next: {@link agentcore.core.middleware}.
 */
package agentcore.core.group;
