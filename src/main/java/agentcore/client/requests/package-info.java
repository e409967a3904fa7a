/**
 * Requests of the client and the server's replies.
 *
 * <pre>
 *   Requests --> Reply, Failure   each request, until its reply or the end of the connection
 *      |
 *   Outbox   the messages of a room that are not acknowledged: in order, each exactly once
 *   Turns    requests that the client sends by itself
 *      |
 *      +---> Pace                 how many requests the rate limit allows now
 * </pre>
 *
 * <p>Invariant: the server answers the requests of a connection in order, so a reply belongs to the
 * oldest request with its id.
 *
 * <p>Read next: {@link agentcore.client.rooms}.
 */
package agentcore.client.requests;
