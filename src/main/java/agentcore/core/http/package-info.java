/**
 * Plain HTTP routes beside the WebSocket endpoints: what a handler receives and what it returns.
 *
 * <pre>{@code
 * AgentCore.http("/hello/{name}", handler)
 *
 * GET /hello/ann --> HttpRequest --> HttpHandler --> HttpResponse --> the client
 * }</pre>
 *
 * <p>This is meant for a page, a health check or a small read-only API on the port of the
 * WebSockets, not for a web application. Only GET and HEAD are routed, a request has no body, and
 * each TCP connection carries one request.
 *
 * <p>Threads: see {@link agentcore.core.http.HttpHandler}. Read next: {@code
 * agentcore.core.socket}, below HTTP and WebSockets.
 */
package agentcore.core.http;
