/**
 * The client's thread, and its connection to the server.
 *
 * <pre>
 *   Link --> Transport           keeps one WebSocket open: back-off, heartbeat, close codes
 *    |         HttpTransport     the WebSocket of the JDK
 *    |           HandshakeFailure   why it could not be opened
 *    |-----> Endpoint, Tokens, Times   where to connect, with which token, and how long to wait
 *    +-----> Frame               what the server sends
 *
 *   Loop                         the thread of a client, and its timers
 *     ThreadLoop                 a daemon thread
 * </pre>
 *
 * <p>Invariant: there is at most one socket. Results of an earlier attempt are ignored.
 *
 * <p>Read next: {@link agentcore.client.requests}.
 */
package agentcore.client.connection;
