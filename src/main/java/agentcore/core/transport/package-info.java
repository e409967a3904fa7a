/**
 * The port and the sockets: everything that knows of TCP, HTTP or WebSocket frames.
 *
 * <pre>
 *   Listener --accept--> Peer (a virtual thread for each)
 *                          |  HeadReader: limit and deadline, before anything else sees a byte
 *                          |  HttpRequest, Handshake: strict
 *                          |  Gate: whose web page, which address, whose token
 *                          v
 *                        read loop: ReadBuffer -> FrameScanner -> Engine -> Dispatcher
 *                                                                   |
 *                                     Outbox <---- control frames --+
 * </pre>
 *
 * <p>The protocol itself is Java-WebSocket's: its engine is fed whole frames by a blocking loop,
 * the way its own client does it. Its server class is not used.
 *
 * <p>Threads: one platform thread accepts; each peer's reader is a virtual thread; the writing is
 * done by the flushers of {@link agentcore.core.connection}.
 */
package agentcore.core.transport;
