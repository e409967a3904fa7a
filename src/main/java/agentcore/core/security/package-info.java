/**
 * Checks on a client that connects: the web page that it runs for, and its address. The check of
 * its token is in {@link agentcore.core.auth}; the secret that signs tokens may be in a file.
 *
 * <pre>{@code
 * Origins: compares a browser's page with the host that it connects to
 * TrustedProxies: finds the client's address behind proxies
 * SecretFile: reads and creates a file of secrets, for its owner only
 * }</pre>
 *
 * <p>The checks are independent. An origin names the page that a browser runs: no page can forge
 * it, but any other program can. An address counts towards the limit of connections, and is only as
 * true as the proxies that reported it.
 *
 * <p>Nothing here uses sockets, asks a name server, or logs.
 *
 * <p>Threads: everything is immutable. Read next: {@link agentcore.core.metrics}.
 */
package agentcore.core.security;
