/**
 * AgentCore: a WebSocket chat server, and a small library for building such servers.
 *
 * <p>Read {@link agentcore.core} for the library, {@link agentcore.example} for the chat that is
 * built with it, {@link agentcore.cli} for the commands. The words, everywhere the same:
 *
 * <table>
 *   <caption>Vocabulary</caption>
 *   <tr><td>connection</td><td>one client's WebSocket; a user may have several</td></tr>
 *   <tr><td>channel</td><td>a connection's name, unique in the cluster</td></tr>
 *   <tr><td>group</td><td>connections with something in common: a room, a user, or all</td></tr>
 *   <tr><td>room</td><td>a group with a name, a log and an entry in the directory</td></tr>
 *   <tr><td>member</td><td>a connection in a group</td></tr>
 *   <tr><td>message</td><td>what a client sends: one text frame, one request</td></tr>
 *   <tr><td>event</td><td>what the server sends</td></tr>
 *   <tr><td>consumer</td><td>what a server does with its connections: a list of handlers</td></tr>
 *   <tr><td>handler</td><td>what is done for one type of message</td></tr>
 *   <tr><td>middleware</td><td>what every message passes before its handler</td></tr>
 *   <tr><td>backend</td><td>the store that servers share</td></tr>
 *   <tr><td>log</td><td>a room's messages in their order</td></tr>
 *   <tr><td>seq</td><td>a message's place in its log, from 1</td></tr>
 *   <tr><td>epoch</td><td>which log a seq belongs to</td></tr>
 *   <tr><td>signal</td><td>an event that no log keeps</td></tr>
 * </table>
 */
package agentcore;
