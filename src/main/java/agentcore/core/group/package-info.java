/**
 * Groups of connections, and what follows their logs with a {@code LogFollower}: a room's {@code
 * Group} for the members that are connected to this server, an {@code InboxFollower} for a
 * connection, which also receives the notices for its user, and a {@code RoomSubscription} for a
 * listener in this process.
 *
 * <pre>{@code
 * Group.publish --> backend's log      (a handler's thread, waits for the result)
 *                    | entry, notice   (a thread of the backend)
 *                    v
 *                NewsQueue             (bounded; the thread that acquires the lock drains it)
 *                    v
 *                  Group
 *                    v
 *                LogFollower           (position: does the entry follow?)
 *                 |       |  no
 *            yes  |       +--------> Workers: a few threads, which read the log
 *                 v
 *               Members -----------> Connection.offer, for each member
 * }</pre>
 *
 * <p>An entry must follow the position, by seq and by the id of the entry before it. If it does, it
 * is delivered: a group frames it once, joins it with entries that arrived at the same time, and
 * offers the same bytes to every member. If it is the entry at the position, it is a duplicate and
 * is dropped. Otherwise the log is read from the position. If the log does not continue there, the
 * members receive {@code room_reset}, a connection {@code inbox_reset}, and a listener a call.
 *
 * <p>Entering a room must be exact although its log keeps growing. A group first subscribes and
 * then reads the log's position. A member is added under the group's lock, so its position is
 * exact. Earlier entries are history; later entries are held back until its request is answered.
 *
 * <p>An inbox must cost nothing while nobody writes to the user. So nobody opens its log: the store
 * tells the position when the connection joins the group of its user, and the connection, which is
 * subscribed by then, receives what follows. An answer to a request travels the same way: it is
 * appended, and comes back as news to all connections of the user, of which the one that asked
 * receives it with the id of its request. Inboxes are too many to compare each with its log every
 * few seconds, as {@code Groups} does for rooms: a store that may have lost news reports a gap, and
 * any other loss is found with the next entry.
 *
 * <p>After an outage, thousands of groups have to read their logs. {@code Workers} let sixteen of
 * them read at a time, a few pages at a turn, so the store continues to serve publishes, joins and
 * history. Presence hints are in no log. Once the log has been read, the consumer of each endpoint
 * may return an event for its members ({@code Consumer.afterLoss}).
 *
 * <p>Threads: everything that concerns the members, the position and the delivery of a group
 * happens under the group's lock. Nothing blocks under it, except for opening the group and reading
 * the log. During these, news waits in the queue, and the threads that bring it do not wait. A
 * publisher requests a read of the log if its own entry does not arrive, and {@code Groups} finds
 * groups that lost the hints of other servers. The connection's reader thread enters and leaves
 * rooms.
 *
 * <p>Invariants: all members of a group receive the same order without gaps; a gap that cannot be
 * filled is reported; no lock is held while a thread waits for a client.
 *
 * <p>Read next: {@link agentcore.core.middleware}.
 */
package agentcore.core.group;
