/**
 * AgentCore: a WebSocket chat server, and a small library for building such servers.
 *
 * <pre>{@code
 * Main -> cli       the commands: serve, chat, bench, token, check
 *          |
 *       example     the chat, a consumer as a user of the library would write it
 *          |
 *        core       the library; it knows neither of the two
 * }</pre>
 *
 * <p>One idea carries the rest: a room is a log. What a client says is appended to it before anyone
 * is told; what travels between servers is only a hint that there is something to tell. A hint may
 * be lost, come twice or come late. Each server knows how far its members were told, and reads the
 * log where a hint does not fit. So nothing is missing in silence, whatever fails between.
 *
 * <p>The words, everywhere the same:
 *
 * <table>
 *   <caption>Who</caption>
 *   <tr><td>connection</td><td>one client's WebSocket; a user may have several</td></tr>
 *   <tr><td>channel</td><td>a connection's name, unique in the cluster; it holds a slash, as no user
 *       id does</td></tr>
 *   <tr><td>group</td><td>connections with something in common: a room, a user, or all</td></tr>
 *   <tr><td>room</td><td>a group with a name, a log and an entry in the directory</td></tr>
 *   <tr><td>member</td><td>a connection in a group</td></tr>
 *   <tr><td>membership</td><td>a member's time in a room, from entering to leaving</td></tr>
 *   <tr><td>will</td><td>what a room is told when a member is lost, written when it enters</td></tr>
 *   <tr><td>lease</td><td>a server's claim to be alive, under which its members stand</td></tr>
 *   <tr><td>stray</td><td>a membership in the store of which its server knows nothing, since the
 *       answer to a join or leave was lost</td></tr>
 * </table>
 *
 * <table>
 *   <caption>What is said</caption>
 *   <tr><td>message</td><td>what a client sends: one text frame, one request</td></tr>
 *   <tr><td>event</td><td>what the server sends; a reply is an event for the asker alone</td></tr>
 *   <tr><td>frame</td><td>a message or an event as bytes on the wire (RFC 6455)</td></tr>
 *   <tr><td>log</td><td>a room's messages in their order</td></tr>
 *   <tr><td>entry</td><td>one message in a log</td></tr>
 *   <tr><td>epoch</td><td>which log a seq belongs to: a store that lost data begins another</td></tr>
 *   <tr><td>seq</td><td>an entry's place in its log, from 1, without holes</td></tr>
 *   <tr><td>position</td><td>where someone stands in a log: epoch, seq and id of the last entry that
 *       it knows</td></tr>
 *   <tr><td>signal</td><td>an event that no log keeps; one that tells of presence is a hint, too</td></tr>
 *   <tr><td>hint</td><td>news that may be lost: of an entry, which the log has anyway, or of who came,
 *       went or types</td></tr>
 *   <tr><td>reset</td><td>the word that a log does not go on where its members stand</td></tr>
 *   <tr><td>replay</td><td>what a client missed, for one that comes back</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Who does it</caption>
 *   <tr><td>consumer</td><td>what a server does with its connections: a list of handlers</td></tr>
 *   <tr><td>handler</td><td>what is done for one type of message</td></tr>
 *   <tr><td>session</td><td>a connection as its handlers see it</td></tr>
 *   <tr><td>middleware</td><td>what every message passes before its handler</td></tr>
 *   <tr><td>backend</td><td>the store that servers share: logs, presence, directory</td></tr>
 *   <tr><td>receiver</td><td>who hears a backend's news of a group</td></tr>
 *   <tr><td>healer</td><td>who reads the log where a hint did not fit</td></tr>
 *   <tr><td>peer</td><td>one accepted socket, before and after it is a connection</td></tr>
 *   <tr><td>engine</td><td>Java-WebSocket's side of the protocol: frames to texts</td></tr>
 *   <tr><td>outbox</td><td>what waits to be sent to one connection, bounded in bytes</td></tr>
 *   <tr><td>flusher</td><td>who writes what waits in outboxes</td></tr>
 *   <tr><td>wire</td><td>where a flusher writes to: the wall between connection and socket</td></tr>
 * </table>
 *
 * <p>Read next: {@link agentcore.core}, then the packages in the order in which each names the
 * next; {@link agentcore.example} in the end.
 */
package agentcore;
