/**
 * The types for building a server: a {@link agentcore.core.consumer.Consumer} lists its {@link
 * agentcore.core.consumer.Handler}s by message type, and a handler works with the {@link
 * agentcore.core.consumer.Session} of its connection.
 *
 * <pre>{@code
 * text -> dispatcher -> middleware -> Handler(Session, Message)
 *             ^                             |
 *             +-- ClientException, defect --+      -> error event
 * }</pre>
 *
 * <p>A session publishes to the log of a room or a user, enters and leaves rooms, reads history,
 * and sends notices, which are not stored. It follows the log of its own user without entering it
 * ({@link agentcore.core.consumer.Inbox}).
 *
 * <p>The program itself takes part through {@code AgentCore.room} and {@code AgentCore.user}; a
 * {@link agentcore.core.consumer.RoomListener} receives a room's events inside the process.
 *
 * <p>A server can have several endpoints, each with its own consumer. They share the server and its
 * backend:
 *
 * <ul>
 *   <li>Rooms: a name is one room, with one log and one set of members, whichever endpoint its
 *       members use. Consumers that need separate rooms use separate names.
 *   <li>Users: a user id is one user with one log. The limits on connections and messages, {@code
 *       presence()}, and notices to {@code GroupId.user} cover all connections of that user, on all
 *       endpoints.
 *   <li>Middleware, HTTP routes and metrics belong to the server.
 * </ul>
 *
 * <p>Each endpoint has its own message types and handlers, and its consumer is called only for its
 * own connections. To separate two consumers completely, give each its own server and backend
 * ({@code REDIS_CHANNEL_PREFIX}).
 *
 * <p>Threads: a handler runs on the reader thread of its connection and may block. Messages that a
 * client sends together need not wait for each other: see {@code Session.publish} with a {@link
 * agentcore.core.consumer.Session.Reply}.
 *
 * <p>Invariant: the requests of one connection are answered in the order in which it sent them, and
 * a request that enters a room is answered completely before any event of that room is sent.
 *
 * <p>Read next: {@code agentcore.core.dispatch}, which implements this.
 */
package agentcore.core.consumer;
