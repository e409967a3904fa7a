/**
 * The chat server of src/docs/protocol.md, written as a user of the library would write it: {@link
 * agentcore.example.ChatConsumer} lists the requests, and the other classes handle them. It imports
 * only exported packages of the library.
 *
 * <pre>{@code
 * ChatConsumer      the handler of each request
 *   Welcome         the first event, and the default room
 *   Rooms           create, join and leave rooms
 *   RoomLists       list rooms and their members
 *   MyRooms         the rooms that a user joined, on any device
 *   Messages        send messages to a room; read its history
 *     Mentions      whom a text mentions
 *   PrivateMessages send messages to users; read and resume the log of the user
 *   ReadMarkers     how far a user has read
 *   People          invitations, removals, who is online
 *   Blocks          whom a user has blocked
 *   Typing          who is typing where
 *     Requests, Recipients, DefaultRoom   what they have in common
 *   ChatCodes       error codes and a close code
 *
 * ChatSetting, ApiKeys              the settings, beside those of the library
 * LocalRate                         how often something may happen on this server
 * }</pre>
 *
 * <p>A handler reads its fields, finds the membership, does one thing with the session, and
 * replies. To refuse a request it throws; exceptions of the store pass through. Begin with {@code
 * Messages.send}: it appends to the log first and acknowledges afterwards.
 *
 * <p>A new request type needs an entry in {@code ChatConsumer}, a handler, its description in
 * src/docs/protocol.md and asyncapi.json, its types in protocol.d.ts and index.d.ts of
 * src/client/js, a transcript in src/test/resources/transcripts, and its fields in {@code
 * RequestInputs} of the fuzz tests; tests fail without them. Add it to the clients that are to send
 * it too: the page's agentcore-requests.js, {@code agentcore.client.requests} and {@code
 * agentcore.cli.chat}.
 *
 * <p>An inbox is the log of a user. Private messages, invitations and removals are its entries.
 *
 * <p>What a user joined, read and blocked is kept with the user, in sets of the backend (Accounts).
 * What is unread is counted in the logs when somebody asks; nothing is counted in advance.
 *
 * <p>The state of rooms is in the backend only, so any number of connections and servers share it.
 * The state here concerns this server only: who is typing, which is kept with the session, and how
 * often users sent private messages ({@code LocalRate}).
 *
 * <p>Threads: handlers run on the reader threads of many connections at once; a typing indicator
 * expires on a timer's thread.
 *
 * <p>Invariants: a request for a private room of others is answered exactly as if the room did not
 * exist; a message is acknowledged only after it is in the log.
 *
 * <p>Read next: src/docs/protocol.md, whose examples are run against this package; or {@link
 * agentcore.example.http}, {@link agentcore.cli}.
 */
package agentcore.example;
