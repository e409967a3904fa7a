/**
 * Authentication for users of the library: an {@link agentcore.core.auth.Authenticator} turns a
 * token into an {@link agentcore.core.auth.Identity}, or throws a {@link
 * agentcore.core.auth.TokenException}.
 *
 * <pre>{@code
 * token of the upgrade request -> Authenticator -> Identity: user, until when
 *                                      |
 *                                      +-> TokenException: closed with 4401 and its reason
 * }</pre>
 *
 * <p>The server's own authenticator verifies JSON Web Tokens; it is in {@code core.security}, with
 * the checks of origins and of client addresses.
 *
 * <p>Threads: an authenticator is called by many threads at once, and may block. Read next: {@code
 * agentcore.core.security}.
 */
package agentcore.core.auth;
