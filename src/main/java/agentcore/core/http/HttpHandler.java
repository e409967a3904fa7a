package agentcore.core.http;

/**
 * Answers plain HTTP requests. Called by the request's own thread, and may block.
 *
 * {@snippet file="Servers.java" region="route"}
 */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Returns the response to a request. The route of GET is called for HEAD, too, and the server
   * omits the body then. A runtime exception is logged and answered with status 500.
   */
  HttpResponse handle(HttpRequest request);
}
