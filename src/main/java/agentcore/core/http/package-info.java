/**
 * Plain HTTP routes beside the WebSocket endpoints: what a handler receives and what it returns.
 *
 * <pre>{@code
 * AgentCore.http("GET", "/hello/{name}", handler)
 *
 * GET /hello/ann --> HttpRequest --> HttpHandler --> HttpResponse --> the client
 * }</pre>
 *
 * <p>This is meant for a page, a health check or a small API on the port of the WebSockets, not for
 * a web application. A body must be announced by Content-Length and is read completely before the
 * handler is called. A connection carries one request after another, until the client is idle for
 * HANDSHAKE_TIMEOUT; the server answers them in their order.
 *
 * <p>Threads: see {@link agentcore.core.http.HttpHandler}. Read next: {@code
 * agentcore.core.socket}, below HTTP and WebSockets.
 */
package agentcore.core.http;
