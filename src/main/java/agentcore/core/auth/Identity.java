package agentcore.core.auth;

import agentcore.core.message.Fields;
import java.time.Instant;

/**
 * The user that a token belongs to.
 *
 * @param user the user id that the client may connect as
 * @param until when the user's connections are closed; {@link Instant#MAX} for never
 * @param claims what else the token says; with AUTH_SECRET, all claims of the JSON Web Token. Like
 *     the fields of a request, they throw a {@code ClientException} if they are read as another
 *     type than they have, and the request that is being handled is refused
 */
public record Identity(String user, Instant until, Fields claims) {
  /** Creates an identity without claims. */
  public Identity(String user, Instant until) {
    this(user, until, Fields.NONE);
  }
}
