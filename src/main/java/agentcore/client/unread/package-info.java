/**
 * What the user has not read.
 *
 * <pre>
 *   Marks --> Unread --> Tally      the numbers of one room or person
 *     |          +-----> Mentions   whether a message mentions the user
 *     +------> Place                the room or person to which a read marker belongs
 * </pre>
 *
 * <p>The server counts up to a position, and the client counts what it receives later. Where it
 * cannot know the number, it asks the server to count again.
 */
package agentcore.client.unread;
