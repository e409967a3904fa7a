/**
 * What one writes to build a server of one's own: a {@link agentcore.core.consumer.Consumer} lists
 * its {@link agentcore.core.consumer.Handler}s, and each gets a {@link
 * agentcore.core.consumer.Session}, which is all that a handler may do.
 *
 * <pre>{@code
 * text -> Dispatcher -> Serializer -> Pipeline -> Handler(Session, Message)
 *             |                                        |
 *             +<------- ClientException, defect -------+      -> error event
 * }</pre>
 *
 * <p>Handlers are listed by type in a map, never found by reflection: what a server answers can be
 * read in one place. The {@link agentcore.core.consumer.Dispatcher} is the only one who catches: a
 * refusal is answered with its sentence, a store that does not answer with {@code
 * BACKEND_UNAVAILABLE}, and whatever else is thrown is logged with its stack and answered with
 * {@code INTERNAL_ERROR}. The connection outlives all three.
 *
 * <p>A session publishes to a room's log, enters and leaves rooms, reads history, and tells a group
 * what no log keeps. A {@link agentcore.core.consumer.Replay} sends a client that came back what it
 * missed, page by page, and waits for each to be taken.
 *
 * <p>A server may have several endpoints, each with a consumer of its own. They share what belongs
 * to the server and its store:
 *
 * <ul>
 *   <li>Rooms: a name is one room, with one log and one list of members, whichever endpoint its
 *       members use. Consumers that want rooms of their own give them names of their own.
 *   <li>Users: a user id is one user. The limits on connections and messages, {@code presence()},
 *       and what is told to {@code GroupId.user} are about all connections of that user, on all
 *       endpoints. A consumer that tells a user something reaches the clients of the other
 *       endpoints, too.
 *   <li>Middleware, HTTP routes and metrics: those are the server's.
 * </ul>
 *
 * <p>Each endpoint has for itself: its message types and handlers; {@code connected} and {@code
 * disconnected}, called for its own connections; and {@code afterLoss}, called for the rooms in
 * which it has members on this server, and told to these members alone. To keep two consumers apart
 * altogether, give each a server and a backend of its own ({@code REDIS_CHANNEL_PREFIX}).
 *
 * <p>Threads: a handler runs on the reader thread of its connection, so one connection's requests
 * are handled and answered in order, and a handler may simply block. Messages that a client sends
 * at once need not wait for each other: one that is on its way to the log leaves an {@link
 * agentcore.core.consumer.Answer} behind, and the next of the same type begins; all are answered,
 * in their order, before the thread reads on. What a handler does later, it does by {@code
 * Session.after}, on a thread of its own. {@link agentcore.core.consumer.Session} says which of its
 * methods other threads may call. An {@link agentcore.core.message.Event} never changes and can be
 * used by all threads.
 *
 * <p>Invariant: one connection's requests are answered in the order in which it sent them, and one
 * that enters a room is answered completely before any event of that room.
 *
 * <p>Read next: {@link agentcore.core.transport}.
 */
package agentcore.core.consumer;
