package agentcore.core.http;

/**
 * Answers plain HTTP requests. Called by the request's own thread, and may block.
 *
 * {@snippet file="Servers.java" region="route"}
 */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Returns the response to a GET or HEAD request. The server omits the body for HEAD. A runtime
   * exception is logged and answered with status 500.
   */
  HttpResponse handle(HttpRequest request);
}
