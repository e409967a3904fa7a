/**
 * Checks on a client that connects: its token, the web page that it runs for, and its address.
 *
 * <pre>{@code
 * JsonWebTokens: header.payload.signature     implements auth.Authenticator
 *     |  SigningKeys: verifies the signature, before anything else is read
 *     |  Claims: reads the JSON, strictly
 *     v
 * Identity: a user, and until when
 *
 * Origins: compares a browser's page with the host that it connects to
 * TrustedProxies: finds the client's address behind proxies
 * }</pre>
 *
 * <p>The three checks are independent. A token proves who the user is. An origin names the page
 * that a browser runs: no page can forge it, but any other program can. An address counts towards
 * the limit of connections, and is only as true as the proxies that reported it.
 *
 * <p>Nothing here uses sockets, asks a name server, or logs. No exception message and no {@code
 * toString} contains a token or a secret.
 *
 * <p>Threads: everything is immutable. Read next: {@link agentcore.core.metrics}.
 */
package agentcore.core.security;
