package agentcore.core.auth;

/**
 * Says whose a token is. {@link JsonWebTokens} does it by a shared secret; one of your own may ask
 * a session store instead. Called by the thread of the connection or request in question: it may
 * block, and must be safe for many threads.
 *
 * {@snippet file="Servers.java" region="authenticator"}
 */
@FunctionalInterface
public interface Authenticator {
  /**
   * Checks a token.
   *
   * @param token as the client sent it, never empty but possibly nonsense
   * @throws TokenException where it is not valid now
   */
  Identity identify(String token) throws TokenException;
}
