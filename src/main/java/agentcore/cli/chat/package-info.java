/**
 * The chat in the terminal, {@code bin/agentcore chat}.
 *
 * <pre>
 *   Keyboard --lines---+
 *                      +--Happening--> Client --> Conversation --> Output: console, pipe
 *   Link ----frames----+                 |          JoinedRooms   how far each room was read
 *    ^                                   |          Outgoing      what is not answered yet
 *    +--------requests-------------------+          Command, Sentences: words to requests, and back
 * </pre>
 *
 * <p>The client's thread does everything; the keyboard and the connection only put on its queue
 * what happened. {@link agentcore.cli.chat.Client} knows connections and when to make another,
 * {@link agentcore.cli.chat.Conversation} knows the protocol: it outlives them, resumes every room
 * where it was read to, and asks again for what was not answered.
 */
package agentcore.cli.chat;
