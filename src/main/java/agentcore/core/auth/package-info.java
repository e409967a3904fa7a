/**
 * Who may come in: whose token it is, which web page a browser acts for, and from which address.
 *
 * <pre>
 *   Authenticator <---- JsonWebTokens: header.payload.signature
 *   (or one's own)          |  SigningKeys: the signature, before anything else is read
 *                           |  Claims: the JSON, strictly
 *                           v
 *                        Identity: a user, and until when
 *
 *   Origins: a browser's page against the host that it connects to
 *   TrustedProxies: the client's address behind proxies
 * </pre>
 *
 * <p>Nothing here knows of sockets or HTTP beyond the text of a header, asks a name server, or
 * logs: a token and a secret are in no message and no {@code toString}.
 *
 * <p>Threads: everything here is immutable. Read next: {@link agentcore.core.transport}, whose gate
 * asks all of it.
 */
package agentcore.core.auth;
