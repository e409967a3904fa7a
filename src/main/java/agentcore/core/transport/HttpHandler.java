package agentcore.core.transport;

/** Answers what is no WebSocket. Called by the request's own thread, and may block. */
@FunctionalInterface
public interface HttpHandler {
  /** Answers everything with 404. */
  HttpHandler NOTHING = request -> HttpResponse.text(404, "Not found: " + request.path());

  /** Returns the answer to a GET. */
  HttpResponse handle(HttpRequest request);
}
