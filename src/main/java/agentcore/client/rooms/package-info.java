/**
 * Which rooms the client is in, and what it has seen there and in the user's log.
 *
 * <pre>
 *   Rooms --> RoomTable, Room     the state of each room
 *     |         LogPosition       the last message seen in a log
 *     |-----> Joins, Leaves       requests to join and to leave
 *     |-----> DefaultRoom         the room that every connection begins in
 *     +-----> RoomList, Following   the list of the user's rooms on all devices
 *   Inbox                         the log of the user
 * </pre>
 *
 * <p>Invariant: only the server's frames, in order, change which rooms the client is in; requests
 * only ask.
 *
 * <p>Read next: {@link agentcore.client.unread}.
 */
package agentcore.client.rooms;
