/**
 * The sockets of peers: a thread reads from one as if it blocked, and any thread can write to one
 * without blocking.
 *
 * <pre>{@code
 *               bytes arrive                      the socket accepts more
 * Poller ----------------------> reader thread    Poller ------------------> writer thread
 *          a chunk, a wake-up                              a wake-up
 * }</pre>
 *
 * <p>A virtual thread that blocks in the JDK's socket would do for reading. It does not do for
 * writing: whether a write blocks is known only when it does, and a thread that writes to many
 * peers must not wait for one of them. So a socket without TLS is a channel that never blocks, and
 * a {@link agentcore.core.socket.Poller} says when to go on. A socket with TLS blocks; the JDK's
 * {@code SSLSocket} knows no other way.
 *
 * <p>Threads: a few pollers, each a platform thread, receive for all sockets. One thread reads from
 * a socket, and one at a time writes to it. Any thread may cut it.
 *
 * <p>Invariants: a poller never waits for a peer or for a reader; at most one chunk is read ahead
 * of a reader; a cut wakes the threads that wait for the socket.
 *
 * <p>Read next: {@link agentcore.core.transport}.
 */
package agentcore.core.socket;
