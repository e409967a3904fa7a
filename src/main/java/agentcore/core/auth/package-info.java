/**
 * Who may come in: whose token it is, which web page a browser acts for, and from which address.
 *
 * <pre>{@code
 * Authenticator <---- JsonWebTokens: header.payload.signature
 * (or one's own)          |  SigningKeys: the signature, before anything else is read
 *                         |  Claims: the JSON, strictly
 *                         v
 *                      Identity: a user, and until when
 *
 * Origins: a browser's page against the host that it connects to
 * TrustedProxies: the client's address behind proxies
 * }</pre>
 *
 * <p>The three answer three questions, and none stands in for another. A token says who speaks. An
 * origin says whose page a browser runs: no page can forge it, and whatever is no browser can. An
 * address says whose share of the connections is used, as far as proxies that one trusts wrote it.
 *
 * <p>Nothing here knows of sockets or HTTP beyond the text of a header, asks a name server, or
 * logs: a token and a secret are in no message and no {@code toString}.
 *
 * <p>Threads: everything here is immutable; an {@link agentcore.core.auth.Authenticator} of one's
 * own may block. Read next: {@link agentcore.core.metrics}.
 */
package agentcore.core.auth;
