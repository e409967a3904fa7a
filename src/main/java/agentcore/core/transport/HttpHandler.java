package agentcore.core.transport;

/**
 * Answers what is no WebSocket. Called by the request's own thread, and may block.
 *
 * {@snippet file="Servers.java" region="route"}
 */
@FunctionalInterface
public interface HttpHandler {
  /** Returns the answer to a request; the body of an answer to a HEAD is left out later. */
  HttpResponse handle(HttpRequest request);
}
