/**
 * What every message passes before its handler: a list of {@link
 * agentcore.core.middleware.Middleware}, asked in order; the first verdict that is not {@code PASS}
 * counts, and all of them hear how it ended.
 *
 * <pre>{@code
 * Message -> logging -> rate limit -> validation -> one's own -> handler
 *               ^                                                  |
 *               +-------------------- outcome ---------------------+
 * }</pre>
 *
 * <p>Rate limit stands before validation, so that an unreadable frame costs as much as another. A
 * {@link agentcore.core.middleware.Verdict} is a value: a middleware decides, and the dispatcher
 * alone answers, drops or closes.
 *
 * <p>The rate limit holds for a user over all servers without asking the store for each message: a
 * server takes a lot of tokens in advance, at most the tenth of a full bucket, and gives back what
 * is left when the user goes. While the store is away its own bucket decides.
 *
 * <p>Threads: called by reader threads, many at once, one message after the other for each
 * connection. Blocking here slows that connection alone, but for the lock of its user's allowance.
 *
 * <p>Invariant: every message that is checked is told of once, in {@code done}, whatever became of
 * it.
 *
 * <p>Read next: {@link agentcore.core.consumer}.
 */
package agentcore.core.middleware;
