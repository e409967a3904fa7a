/**
 * Accepts connections, parses HTTP requests and WebSocket frames, and passes messages to the {@link
 * agentcore.core.dispatch.Dispatcher}.
 *
 * <pre>{@code
 * Acceptor --> Listener --> Peer, one virtual thread per socket
 *                            |  PeerSocket (agentcore.core.socket), with or without TLS
 *                            |  RequestReader: a size limit, a deadline, strict parsing
 *                            |
 *                            +--(other paths)--> HttpHandler --> ResponseWriter
 *                            |
 *                            |  Handshake, Gate: a valid upgrade? which origin, address, token?
 *                            v
 *                        WebSocketPeer
 *                            |
 *                        ReadLoop: ReadBuffer --> FrameDecoder --> Dispatcher
 *                            |                        |
 *                            |                    Engine (fragments, close frames)
 *                            |                        |
 *                        PeerSocket <---- outbox <----+
 * }</pre>
 *
 * <p>The protocol engine is Java-WebSocket's, driven by a blocking loop the way its own client
 * drives it. Its server class is not used: it loses writes when two threads race, queues without
 * bound for a peer that does not read, and costs several times as much CPU per event.
 *
 * <p>The resources of one peer are bounded, before and after it is identified. A request has a size
 * limit and a deadline, and the number of incomplete requests is bounded. Buffers grow with the
 * bytes that arrive, never with an announced length, and the unfinished messages of all peers share
 * one limit. Control frames and fragments are paced ({@link agentcore.core.transport.FramePace}).
 *
 * <p>A connection ends in steps. The close frame follows what waits in the outbox; then the output
 * is shut down, and the client has CLOSE_TIMEOUT to read everything and end the stream. Closing the
 * socket at once would send a reset, which can destroy what the client has not read yet, including
 * the close code.
 *
 * <p>Threads: one platform thread accepts. Each peer's virtual thread handles what was received
 * before it reads more, so TCP slows down a client that sends faster than it is served. It also
 * writes the frames that its client's messages produced (see {@link agentcore.core.connection}).
 *
 * <p>Invariants: {@code Peers} contains every peer from its start to the end of its thread, and
 * {@code Listener.close} stops the acceptor first, so no peer is added afterwards. Nothing waits
 * inside the engine's monitor (see {@code Engine}).
 *
 * <p>Read next: {@link agentcore.core.auth}, which the gate calls.
 */
package agentcore.core.transport;
