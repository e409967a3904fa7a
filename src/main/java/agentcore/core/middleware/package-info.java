/**
 * What every message passes before its handler: a list of {@link
 * agentcore.core.middleware.Middleware}, asked in order; the first verdict that is not {@code PASS}
 * counts, and all of them hear how it ended.
 *
 * <pre>
 *   Message -> logging -> rate limit -> validation -> handler
 *                 ^                                      |
 *                 +------------- outcome ----------------+
 * </pre>
 *
 * <p>Rate limit stands before validation, so that an unreadable frame costs as much as another.
 *
 * <p>Threads: called by reader threads, many at once. Read next: {@link agentcore.core.consumer}.
 */
package agentcore.core.middleware;
