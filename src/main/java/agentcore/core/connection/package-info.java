/**
 * One connection: the frames that wait to be sent to a client, how they are written, and when the
 * connection is closed.
 *
 * <pre>{@code
 * reader thread    group (broadcast)
 *      | reply          | deliver
 *      v                v
 *      Connection ----------> Outbox (FrameQueue, bounded in bytes)
 *                               |
 *                               v
 *                             Flusher: joins frames in a Batch, one write -> PeerSocket
 *
 * Heartbeat:   pings; closes connections that are silent, stuck, or whose token has expired
 * SendBudget:  bounds the memory of all outboxes; the LoadShedder closes peers beyond it
 * }</pre>
 *
 * <p>Any thread may end a connection, also while the reader handles a frame. The first one sets the
 * code, and only that one queues a close frame; the outbox accepts nothing after it.
 *
 * <pre>{@code
 * open --(code set, close frame queued)--> closing --(frame written)--> output shut down
 *                                             |                              |
 *                                             +--(CLOSE_TIMEOUT)--> cut <----+
 * }</pre>
 *
 * <p>A broadcast must not wait for a slow member. So offering an event never writes and never
 * blocks; if an outbox would exceed its bound, its frames are dropped and the connection is closed.
 * A direct reply may wait: a client that asks for much waits until it has read enough, and delays
 * no other client.
 *
 * <p>Memory: the bytes of a frame are charged to the {@code SendBudget} that all peers share, from
 * the moment that the frame is added until its write has returned. The memory for a large reply is
 * reserved before anything is read from the store. When the budget is exceeded, stuck peers are
 * closed first. If data waits for a peer, it must read; otherwise it must answer pings.
 *
 * <p>Clean-up has several steps, and each of them may fail: the store is away, a consumer has a
 * defect, memory is short. {@code Safely} runs a step and reports what it throws, so that the other
 * steps run.
 *
 * <p>Threads: a connection's reader thread handles its requests and sends its replies; any thread
 * may offer events and close. The {@code Flusher} says which thread writes to a socket; it is one
 * at a time. One thread checks all connections.
 *
 * <p>Invariants: a slow peer delays no other; every queue is bounded; a close frame is queued
 * behind the frames that still wait (if a peer is too slow, these are dropped first).
 *
 * <p>Read next: {@link agentcore.core.group}.
 */
package agentcore.core.connection;
