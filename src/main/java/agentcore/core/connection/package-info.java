/**
 * Connections, what waits to be sent to them, and the groups they are in.
 *
 * <pre>{@code
 * reader thread                          backend's thread
 *      | reply                                | entry, signal
 *      v                                      v
 *   Outbox <---- offer ---- Connection <--- Group (members, position; serial)
 *      |                                      |
 *      v                                      v a hint that does not fit
 *   Flusher: copies what waits,            healer: reads the log from the position
 *            writes once -> Wire
 * }</pre>
 *
 * <p>A {@code Group} is this server's part of a room: the members that are connected here, and the
 * position up to which they were told. The next entry must follow that position, by seq and by the
 * id of the entry before it. If it does, it is framed once, joined with what was said at the same
 * time, and the same bytes are offered to every member. If it is the one that was told last, it is
 * dropped. If it is anything else, the log is read from the position, and the members see nothing
 * of it, or a {@code room_reset} where the log does not go on there.
 *
 * <p>Whoever fans out must not wait for a slow member. So offering never writes and never blocks;
 * an outbox that would grow beyond its bound is dropped and its connection closed, and flushers do
 * the writing. A direct reply is another matter: who asks for much waits until it has been taken,
 * and slows nobody else.
 *
 * <p>Joining needs care, since a log moves while somebody joins it. A group is opened by
 * subscribing first and then taking the log's position. A member is added under the group's lock,
 * which makes its place in the log exact: what came before it reads as history, what comes after it
 * is offered, held back until the request that joined has been answered.
 *
 * <p>Threads: a group hands out events under its lock. It never blocks in it, but for whoever reads
 * the log or begins to follow it, during which news waits in the inbox. {@code GroupWatch} looks
 * for groups that were not told everything, {@code Heartbeat} for connections that are silent. Only
 * flushers write to a wire.
 *
 * <p>Invariants: all members of a group see the same order without holes; one slow peer holds up
 * nobody; every queue has a bound.
 *
 * <p>Read next: {@link agentcore.core.middleware}.
 */
package agentcore.core.connection;
