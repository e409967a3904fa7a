/**
 * AgentCore: a WebSocket chat server, and a small library for building such servers.
 *
 * <pre>{@code
 * Main -> cli       the commands: serve, check, token, chat, say, admin, bench
 *          |
 *       example     the chat: a consumer, as a user of the library would write it
 *          |
 *        core       the library; it imports neither of the two
 *
 *       client      a client of the chat, for other programs
 * }</pre>
 *
 * <p>The design rests on one idea: a room is a log, and so is a user. A message is appended to the
 * log first, and only then delivered. Servers exchange only hints that the log has grown. A hint
 * may be lost, repeated or late; each server knows the position up to which its members were sent
 * the log, and reads the log itself when a hint does not fit. So no message is lost silently,
 * whatever fails in between.
 *
 * <p>The terms:
 *
 * <table>
 *   <caption>Connections and rooms</caption>
 *   <tr><td>connection</td><td>the WebSocket of one client; a user may have several</td></tr>
 *   <tr><td>channel</td><td>the name of a connection, unique in the cluster; it contains a slash,
 *       which no user id does</td></tr>
 *   <tr><td>group</td><td>connections with something in common: a room, a user, or all</td></tr>
 *   <tr><td>room</td><td>a group with a name, a log and an entry in the directory</td></tr>
 *   <tr><td>member</td><td>a connection in a group</td></tr>
 *   <tr><td>membership</td><td>the time of a member in a room, from entering to leaving</td></tr>
 *   <tr><td>will</td><td>the event that a room receives when a member is lost; stored when the member
 *       enters</td></tr>
 *   <tr><td>lease</td><td>a server's claim to be alive; when it expires, the server's members are
 *       removed</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Messages</caption>
 *   <tr><td>message</td><td>a request of a client: one text frame</td></tr>
 *   <tr><td>event</td><td>what the server sends; a reply is an event for one client only</td></tr>
 *   <tr><td>frame</td><td>a message or an event as bytes (RFC 6455)</td></tr>
 *   <tr><td>log</td><td>the messages of a room, or to a user, in their order</td></tr>
 *   <tr><td>entry</td><td>one message in a log</td></tr>
 *   <tr><td>inbox</td><td>the log of a user, which all connections of the user follow</td></tr>
 *   <tr><td>seq</td><td>the number of an entry in its log, from 1, without gaps</td></tr>
 *   <tr><td>epoch</td><td>identifies a log: a store that lost data begins a new one</td></tr>
 *   <tr><td>position</td><td>a place in a log: epoch, seq and id of the last entry before it</td></tr>
 *   <tr><td>notice</td><td>an event that no log keeps; notices about presence may be lost</td></tr>
 *   <tr><td>hint</td><td>news that may be lost: that a log has grown, or who came, left or
 *       types</td></tr>
 *   <tr><td>reset</td><td>an event: the log does not continue at the position of its receiver</td></tr>
 *   <tr><td>replay</td><td>the entries that a client missed, sent when it comes back</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Parts of a server</caption>
 *   <tr><td>consumer</td><td>defines an endpoint: its handlers, and what happens when a connection
 *       begins and ends</td></tr>
 *   <tr><td>handler</td><td>handles the messages of one type</td></tr>
 *   <tr><td>session</td><td>a connection, as handlers see it</td></tr>
 *   <tr><td>middleware</td><td>decides about each message before its handler</td></tr>
 *   <tr><td>backend</td><td>the store that servers share: logs, presence, directory, rate
 *       limits</td></tr>
 *   <tr><td>subscriber</td><td>receives a backend's news about a group</td></tr>
 *   <tr><td>peer</td><td>one accepted socket, before and after it becomes a connection</td></tr>
 *   <tr><td>engine</td><td>the adapter to Java-WebSocket, which turns frames into texts</td></tr>
 *   <tr><td>outbox</td><td>the events that wait to be sent to one connection, bounded in bytes</td></tr>
 *   <tr><td>flusher</td><td>writes the outboxes to the sockets; the reader's thread does it in small rooms</td></tr>
 * </table>
 *
 * <p>Read next: {@link agentcore.core}, then the packages in the order in which each names the
 * next, and {@link agentcore.example} at the end.
 */
package agentcore;
