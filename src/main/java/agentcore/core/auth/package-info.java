/**
 * Authentication for users of the library.
 *
 * <pre>{@code
 * token of the upgrade request -> Authenticator -> Identity: user, until when, claims
 *                                      |
 *                                      +-> TokenException: closed with 4401 and its reason
 * }</pre>
 *
 * <p>The server's own authenticator verifies JSON Web Tokens; it is in {@code core.security}, with
 * the checks of origins and of client addresses.
 *
 * <p>Threads: see {@link agentcore.core.auth.Authenticator}. Read next: {@code
 * agentcore.core.security}.
 */
package agentcore.core.auth;
