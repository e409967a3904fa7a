/**
 * Connections, what waits to be sent to them, and the groups they are in.
 *
 * <pre>{@code
 * reader thread                          backend's thread
 *      | reply                                | entry, signal
 *      v                                      v
 *      |                                      v
 *      |                                    Inbox (bounded)
 *      v                                      v
 *   Outbox <---- offer ---- Connection <--- Group (members, position; serial)
 *      |                                      |
 *      v                                      v a hint that does not fit
 *   Flusher: copies what waits,            Workers: a few threads, which read the logs
 *            writes once -> Wire                    from the positions of the groups
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
 * <p>Memory: what waits to be sent is charged to a {@code SendBudget} that all peers share, from
 * the moment that a frame is handed over until its write has returned. A large reply reserves the
 * memory for building it, and waits for that before anything is read from the store. When the
 * budget is overdrawn, {@code Relief} ends peers: those that take nothing first. A peer for which
 * something waits is judged by whether it takes it, any other by whether it answers pings.
 *
 * <p>Joining needs care, since a log moves while somebody joins it. A group is opened by
 * subscribing first and then taking the log's position. A member is added under the group's lock,
 * which makes its place in the log exact: what came before it reads as history, what comes after it
 * is offered, held back until the request that joined has been answered.
 *
 * <p>After a cut thousands of groups have to read their logs at the same time. Sixteen of them do
 * so at once, one page after the other, and the others wait in a queue. So the store goes on
 * serving publishes, joins and history, and no group is forgotten.
 *
 * <p>Hints of who came and went are in no log. After a cut the endpoints replace the lost ones:
 * each is asked through its {@code RoomRefresher} about the rooms in which it has members here, and
 * its event reaches these members alone.
 *
 * <p>A clean-up has several steps, and each of them may fail: the store is away, a consumer has a
 * defect, there is no memory. {@code Safely} runs a step and reports what it throws, so that all
 * steps run, and so that a loop over many groups or connections survives one that fails.
 *
 * <p>Threads: a group hands out events under its lock, a bounded part of its inbox at a time. It
 * never blocks in it, except while a thread reads the log or begins to follow it; news waits in the
 * inbox meanwhile. {@code GroupWatch} looks for groups that were not told everything, {@code
 * Heartbeat} for connections that are silent. Only flushers write to a wire.
 *
 * <p>Invariants: all members of a group see the same order without holes; one slow peer holds up
 * nobody; every queue has a bound; a clean-up runs all its steps.
 *
 * <p>Read next: {@link agentcore.core.middleware}.
 */
package agentcore.core.connection;
