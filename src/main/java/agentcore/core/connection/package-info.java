/**
 * Connections, what waits to be sent to them, and the groups they are in.
 *
 * <pre>
 *   reader thread                          backend's thread
 *        | reply                                | entry, signal
 *        v                                      v
 *     Outbox <---- offer ---- Connection <--- Group (members, position; serial)
 *        |
 *        v
 *     Flusher: copies what waits, writes once -> Wire
 * </pre>
 *
 * <p>Threads: a group hands out events under its lock and never blocks in it, but for a healer,
 * during whose read the news waits in the inbox. Only flushers write to a wire.
 *
 * <p>Invariants: all members of a group see the same order without holes; one slow peer holds up
 * nobody; every queue has a bound.
 *
 * <p>Read next: {@link agentcore.core.middleware}.
 */
package agentcore.core.connection;
