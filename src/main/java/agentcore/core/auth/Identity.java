package agentcore.core.auth;

import java.time.Instant;

/**
 * The user that a token belongs to.
 *
 * @param user the user id that the client may connect as
 * @param until when the user's connections are closed; {@link Instant#MAX} for never
 */
public record Identity(String user, Instant until) {}
