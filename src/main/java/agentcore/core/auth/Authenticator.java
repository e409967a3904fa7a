package agentcore.core.auth;

/**
 * Finds the user that a token belongs to. With AUTH_SECRET the server verifies JSON Web Tokens; an
 * authenticator of your own, set by {@code AgentCore.authenticate}, replaces that.
 *
 * <p>Threads: called by many connections at once, each on a thread of its own. It may block.
 *
 * {@snippet file="Servers.java" region="authenticator"}
 */
@FunctionalInterface
public interface Authenticator {
  /**
   * Returns the identity that a token proves.
   *
   * @param token the token as the client sent it: never empty, but otherwise any text
   * @throws TokenException if the token is not valid now. The client is refused with its reason;
   *     any other exception is logged and refuses the client, too
   */
  Identity identify(String token) throws TokenException;
}
