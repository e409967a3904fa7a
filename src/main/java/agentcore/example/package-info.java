/**
 * The chat of the protocol, as a user of the library would write it: {@link
 * agentcore.example.ChatConsumer} lists the requests, the other classes handle them.
 *
 * <pre>{@code
 * ChatConsumer      the list: which request is whose
 *   Rooms           create, join, leave; the welcome
 *   RoomLists       which rooms there are, who is in one
 *   Messages        saying something, and what was said before
 *   People          private messages, invitations, removals, who is online
 *   Typing          who is typing where
 *     Requests, Resume   reading what they have in common
 *
 * ChatHttp          Page: the browser's files;  PublicHistory: a public room's messages
 * }</pre>
 *
 * <p>A handler reads its fields, finds the membership, does one thing to the session, and replies.
 * What it refuses, it throws; what the store refuses, it lets pass. {@code Messages.send} is the
 * one to begin with: into the log first, then acknowledged.
 *
 * <p>Nothing here knows of sockets, and nothing keeps a room's state but the backend, so that any
 * number of connections and servers share it. What is kept here is who is typing, which no other
 * server needs to know.
 *
 * <p>Threads: handlers run on the reader threads of many connections at once; a typing indicator's
 * end runs on a timer's.
 *
 * <p>Invariants: a private room is to strangers as if it did not exist, in the same words; an
 * acknowledgement follows the log, never the other way round.
 *
 * <p>Read next: src/docs/protocol.md, whose examples are played against this; or {@link
 * agentcore.cli}.
 */
package agentcore.example;
