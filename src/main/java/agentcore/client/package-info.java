/**
 * A client of the chat: it reconnects by itself, resumes the user's rooms, and sends each message
 * exactly once.
 *
 * <pre>
 *   ChatClient --> Session --> rooms        which rooms the client is in, and what was seen there
 *   ChatEvent         |        |    unread  what the user has not read
 *   Listeners         |        v    |
 *                     |----> requests       requests and replies, messages, and the rate limit
 *                     |        v
 *                     +----> connection     one WebSocket after the other: back-off, heartbeat
 * </pre>
 *
 * <p>This package is all that a program sees; {@code module-info} exports none of the packages
 * below. They know nothing of it: {@code Session} turns their frames into events and their failures
 * into exceptions.
 *
 * <p>It is the JavaScript client of src/client/js in Java, class by class, and passes the same
 * tests: the state tables of src/docs/client.md, and random schedules of calls and faults against a
 * model of the server. Typing indicators are left out; {@code signal} sends them. The chat in the
 * terminal uses it.
 *
 * <p>Everything runs on one thread, the {@link agentcore.client.connection.Loop}; {@link
 * agentcore.client.ChatClient} is the only class that other threads may call. Only the server's
 * frames, in order, change which rooms the client is in.
 *
 * <p>Read next: {@code agentcore.client.connection}.
 */
package agentcore.client;
