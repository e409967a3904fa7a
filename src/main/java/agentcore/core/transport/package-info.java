/**
 * The port and the sockets: everything that knows of TCP, HTTP or WebSocket frames.
 *
 * <pre>{@code
 * Acceptor --> Listener --> Peer (a virtual thread for each)
 *                        |  HeadReader: limit and deadline, before anything else sees a byte
 *                        |  HttpRequest, Handshake: strict
 *                        |  Gate: whose web page, which address, whose token
 *                        v
 *                      read loop: ReadBuffer -> FrameScanner -> Engine -> Dispatcher
 *                                                                 |
 *                                   Outbox <---- control frames --+
 * }</pre>
 *
 * <p>The protocol itself is Java-WebSocket's: its engine is fed whole frames by a blocking loop,
 * the way its own client does it. Its server class is not used: it loses writes when two threads
 * meet at a bad moment, queues without bound for a peer that does not read, and costs several times
 * as much CPU for each event. Only the reader thread calls the engine, and nothing is done inside
 * its monitor: on JDK 21 a virtual thread that waits there keeps its carrier thread.
 *
 * <p>What the engine would let through is stopped before it: a request that is larger or slower
 * than it may be, frames that are not masked, and a length that is announced but not sent. Memory
 * grows with what arrived, and what all peers have unfinished together is bounded too. Control
 * frames and fragments have a pace ({@link agentcore.core.transport.FramePace}).
 *
 * <p>The end of a connection is a conversation. Our close frame goes out behind what waits; then
 * the output is shut down, and the peer may read to the end and answer for a second, before the
 * socket is closed. Closing at once would send a reset, which can destroy what the peer has not
 * read yet, the close code among it.
 *
 * <p>A plain HTTP request on the same port is answered by {@link
 * agentcore.core.transport.HttpRoutes}, one for each TCP connection.
 *
 * <p>Threads: one platform thread accepts; each peer's reader is a virtual thread, which alone
 * reads from its socket and handles in line what it read: a client that sends faster than it is
 * served is slowed by TCP itself. The writing is done by the flushers of {@link
 * agentcore.core.connection}.
 *
 * <p>Invariant: {@code Listener} knows every peer from accept to the end of its thread, so that
 * {@code close} leaves none.
 *
 * <p>Read next: {@link agentcore.core.auth}, whom the gate asks.
 */
package agentcore.core.transport;
