/**
 * Middleware: what every message passes before its handler.
 *
 * <pre>{@code
 * Message -> logging -> rate limit -> validation -> your own -> handler
 *               ^            ^             ^            ^          |
 *               +------------+-- done(verdict) ---------+----------+
 * }</pre>
 *
 * <p>Each {@link agentcore.core.middleware.Middleware} is asked in order until one returns a {@link
 * agentcore.core.middleware.Verdict} other than {@code PASS}. A verdict is a value: middleware
 * decides, and only the dispatcher sends, discards or closes.
 *
 * <p>The first three are the server's own; they are in {@code core.dispatch}. The rate limit
 * precedes validation, so that an invalid message costs as much as a valid one. Validation refuses
 * messages with a fault, so your own middleware sees only valid requests.
 *
 * <p>Threads: see {@link agentcore.core.middleware.Middleware}. Invariant: {@code done} is called
 * exactly once, on every middleware, for every message that was checked.
 *
 * <p>Read next: {@link agentcore.core.consumer}.
 */
package agentcore.core.middleware;
