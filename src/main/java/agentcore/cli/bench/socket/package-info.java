/**
 * The sockets of the load generator: thousands of WebSockets on one thread.
 *
 * <pre>
 *   Swarm --(ready to read)--> FrameReader --> Swarm.Listener
 *     |                             |            Setup, then Traffic
 *     |                             v
 *     +--(ready to write)------> Client ---> SocketLayer ---> socket
 *                                   ^          nothing, or TlsLayer
 *                               ClientFrame
 * </pre>
 *
 * <p>This knows WebSockets, but nothing of the chat. Received bytes are passed on as they are in
 * the buffer of the read; {@link agentcore.cli.bench.socket.Bytes} searches them without copying. A
 * frame that is sent many times is masked once.
 *
 * <p>Threads: one, which calls {@link agentcore.cli.bench.socket.Swarm#poll}.
 *
 * <p>Invariant: a client that cannot write keeps the rest and waits for its socket; it never blocks
 * the others.
 */
package agentcore.cli.bench.socket;
