package agentcore.core;

import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import agentcore.core.metrics.LimitedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the handler of a path, for GET and HEAD. The paths are a fixed list, so none can reach into
 * a folder.
 *
 * <p>For one thread until the server starts, then for all.
 */
final class HttpRoutes implements HttpHandler {
  private static final LimitedLog DEFECTS =
      new LimitedLog(System.getLogger(HttpRoutes.class.getName()), "requests that failed");

  private final List<Route> routes = new ArrayList<>();

  private record Route(String[] segments, HttpHandler handler) {
    boolean matches(String[] path) {
      if (path.length != segments.length) {
        return false;
      }
      for (int i = 0; i < path.length; i++) {
        if (!segments[i].startsWith("{") && !segments[i].equals(path[i])) {
          return false;
        }
      }
      return true;
    }
  }

  /** Adds a route, as {@link AgentCore#http} says; the first that matches is used. */
  void add(String path, HttpHandler handler) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path must begin with /");
    }
    routes.add(new Route(path.split("/", -1), handler));
  }

  @Override
  public HttpResponse handle(HttpRequest request) {
    String[] path = request.path().split("/", -1);
    Optional<Route> found = routes.stream().filter(route -> route.matches(path)).findFirst();
    if (found.isEmpty()) {
      return HttpResponse.text(404, "Not found: " + request.path());
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return HttpResponse.text(405, "Method not allowed: " + request.method())
          .with("Allow", "GET, HEAD");
    }
    try {
      return found.get().handler().handle(request);
    } catch (RuntimeException defect) {
      DEFECTS.error("answering " + request + " failed", defect);
      return HttpResponse.text(500, "Internal error");
    }
  }
}
