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
 * <p>A virtual thread that blocks in the JDK's socket would be enough for reading, but not for
 * writing: a thread that writes to many peers must not wait for one of them, and it cannot know
 * beforehand whether a write will block. So a socket without TLS is a channel that never blocks,
 * and a {@link agentcore.core.socket.Poller} wakes its threads. A socket with TLS blocks, because
 * the JDK's {@code SSLSocket} has no other mode.
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
