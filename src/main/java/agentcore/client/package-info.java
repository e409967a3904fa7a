/**
 * A client of the chat: it reconnects by itself, resumes the user's rooms, and sends each message
 * exactly once.
 *
 * <pre>
 *   ChatClient --> Session --> Link --> Transport      one WebSocket after the other: back-off, heartbeat
 *                     |--------> Rooms, Room, Inbox    which rooms the client is in, and what was seen there
 *                     |            RoomList, Joins, Leaves, DefaultRoom, Turns   the requests that follow from it
 *                     |            Outbox              the messages that are not acknowledged
 *                     |--------> Unread, Tally, Marks  what the user has not read
 *                     +--------> Requests, Pace        requests and replies, and the rate limit
 * </pre>
 *
 * <p>It is the JavaScript client of src/client/js in Java, class by class, and passes the same
 * tests: the state tables of src/docs/client.md, and random schedules of calls and faults against a
 * model of the server. Typing indicators are left out; {@code signal} sends them. The chat in the
 * terminal uses it.
 *
 * <p>Everything runs on one thread, the {@link agentcore.client.Loop}; {@link
 * agentcore.client.ChatClient} is the only class that other threads may call. Only the server's
 * frames, in order, change which rooms the client is in.
 */
package agentcore.client;
