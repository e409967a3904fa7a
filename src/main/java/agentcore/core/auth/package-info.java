/**
 * Authentication: who a client is.
 *
 * <pre>{@code
 * token of the upgrade request -> Authenticator -> Identity: user, until when, claims
 *                                      |
 *                                      +-> TokenException: closed with 4401 and its reason
 *
 * JsonWebTokens: header.payload.signature, an Authenticator
 *   SigningKeys: verifies the signature, before anything else is read
 *   Claims: reads the JSON, strictly
 * }</pre>
 *
 * <p>Without an authenticator anyone may connect as any user. The setting AUTH_SECRET, a secret of
 * at least 32 bytes or several separated by commas, turns on {@link
 * agentcore.core.auth.JsonWebTokens}; {@code AgentCore.authenticate} sets an authenticator of your
 * own. AUTH_SECRET_FILE names a file that holds the secrets. {@code bin/agentcore token} prints a
 * token, {@code bin/agentcore invite} a link with one.
 *
 * <p>A client sends its token when it connects: programs as {@code Authorization: Bearer TOKEN},
 * and browsers, which cannot set headers, as a subprotocol; {@code ?token=TOKEN} after the path
 * works too. It is refused with the close code 4401 if the token is missing or not valid, and with
 * 4403 if the token belongs to another user than the one in the path. When the token expires, the
 * connection is closed with 4401.
 *
 * <p>No exception message and no {@code toString} contains a token or a secret.
 *
 * <p>Threads: everything here is immutable and may be used by all threads; an {@link
 * agentcore.core.auth.Authenticator} is called by many. Read next: {@code agentcore.core.security}.
 */
package agentcore.core.auth;
