package agentcore.core.auth;

import java.time.Instant;

/**
 * Whom a token belongs to.
 *
 * @param user the user id that it may connect as
 * @param until when its connections are closed; {@link Instant#MAX} for never
 */
public record Identity(String user, Instant until) {}
