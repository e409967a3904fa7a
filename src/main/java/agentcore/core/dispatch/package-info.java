/**
 * The path of a message on the server: {@link agentcore.core.dispatch.Dispatcher} reads it, asks
 * the middleware, calls the handler and sends the reply. Implements {@link agentcore.core.consumer}
 * and the standard {@link agentcore.core.middleware}.
 *
 * <pre>{@code
 * text -> Dispatcher -> Serializer.read -> Message
 *             |
 *             |-> Pipeline: LoggingMiddleware, RateLimitMiddleware, ValidationMiddleware, others
 *             |
 *             |-> Handler -> ConnectionSession.publish -> log
 *             |                      |
 *             |                 PendingReply: waits until the event is stored
 *             v                      |
 *       reply, error <---------------+
 * }</pre>
 *
 * <p>Errors: the dispatcher alone catches. A {@code ClientException} is answered with its sentence,
 * a {@code BackendException} with {@code BACKEND_UNAVAILABLE}; anything else is logged with its
 * stack and answered with {@code INTERNAL_ERROR}. The connection survives all three.
 *
 * <p>The rate limit holds for a user over all servers without asking the backend for each message.
 * A server takes tokens in advance ({@code SharedBucket}), at most a tenth of a full bucket, and
 * gives the rest back when the user disconnects. While the backend does not answer, the server's
 * own bucket ({@code TokenBucket}) decides.
 *
 * <p>Handlers limit what users do with {@code Session.take}, many buckets of which few tokens are
 * taken. There a server pays afterwards: a tenth of a full bucket passes before the backend is
 * asked, so a single request waits for nothing, and nothing is given back.
 *
 * <p>Threads: everything here runs on the reader thread of its connection, except what {@link
 * agentcore.core.consumer.Session} allows to other threads, and the tasks of {@code Timers}.
 *
 * <p>Invariant: replies have the order of their requests. While events are being stored, only
 * requests of the same type begin; a request of another type may depend on the earlier ones, so it
 * begins when they have been answered.
 *
 * <p>Read next: {@link agentcore.core.http}, the other way in.
 */
package agentcore.core.dispatch;
