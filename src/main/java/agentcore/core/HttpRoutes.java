package agentcore.core;

import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import agentcore.core.metrics.LimitedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Finds the handler of a method and path. The paths are a fixed list, so none can reach into a
 * folder.
 *
 * <p>For one thread until the server starts, then for all.
 */
final class HttpRoutes implements HttpHandler {
  private static final LimitedLog DEFECTS =
      new LimitedLog(System.getLogger(HttpRoutes.class.getName()), "requests that failed");

  private final List<Route> routes = new ArrayList<>();

  private record Route(String method, String[] segments, HttpHandler handler) {
    private static boolean isName(String segment) {
      return segment.startsWith("{");
    }

    boolean matches(String[] path) {
      return path.length == segments.length
          && IntStream.range(0, path.length)
              .allMatch(i -> isName(segments[i]) || segments[i].equals(path[i]));
    }

    boolean answers(String asked) {
      return method.equals(asked) || (method.equals("GET") && asked.equals("HEAD"));
    }

    Map<String, String> parameters(String[] path) {
      Map<String, String> parameters = new HashMap<>();
      for (int i = 0; i < path.length; i++) {
        if (isName(segments[i])) {
          parameters.put(segments[i].substring(1, segments[i].length() - 1), path[i]);
        }
      }
      return parameters;
    }
  }

  /** Adds a route, as {@link AgentCore#http} says; the first that matches is used. */
  void add(String method, String path, HttpHandler handler) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path must begin with /");
    }
    routes.add(new Route(method, path.split("/", -1), handler));
  }

  @Override
  public HttpResponse handle(HttpRequest request) {
    String[] path = request.path().split("/", -1);
    List<Route> found = routes.stream().filter(route -> route.matches(path)).toList();
    if (found.isEmpty()) {
      return HttpResponse.text(404, "Not found: " + request.path());
    }
    Optional<Route> route =
        found.stream().filter(each -> each.answers(request.method())).findFirst();
    if (route.isPresent()) {
      return handle(request.withPathParameters(route.get().parameters(path)), route.get());
    }
    return request.method().equals("OPTIONS")
        ? new HttpResponse(204, Map.of("Allow", allowed(found)), new byte[0])
        : HttpResponse.text(405, "Method not allowed: " + request.method())
            .with("Allow", allowed(found));
  }

  private static String allowed(List<Route> found) {
    TreeSet<String> methods = new TreeSet<>(found.stream().map(Route::method).toList());
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    methods.add("OPTIONS");
    return String.join(", ", methods);
  }

  private static HttpResponse handle(HttpRequest request, Route route) {
    try {
      return route.handler().handle(request);
    } catch (RuntimeException defect) {
      DEFECTS.error("answering " + request + " failed", defect);
      return HttpResponse.text(500, "Internal error");
    }
  }
}
