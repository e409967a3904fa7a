package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.BackendException;
import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Names;
import agentcore.example.ApiKeys;
import agentcore.example.ChatSetting;
import agentcore.example.LocalRate;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP API for programs. Each request is checked here: its origin, its key, the scope of the
 * key and the rate. What the handlers throw becomes problem details.
 *
 * <p>Without keys there is no API: its paths do not exist.
 */
final class Api {
  private static final String PREFIX = "/api/v1/";
  private static final Logger LOG = System.getLogger(Api.class.getName());

  private final AgentCore server;
  private final ApiKeys keys;
  private final LocalRate rate;
  private final List<Route> routes = new ArrayList<>();

  /**
   * A route.
   *
   * @param scope what its key must permit
   * @param isForOperators whether only the port of the operators has it
   */
  record Route(
      String method,
      String path,
      ApiKeys.Scope scope,
      boolean isForOperators,
      HttpHandler handler) {}

  /** Handles a request whose key has been checked. */
  @FunctionalInterface
  private interface Command {
    HttpResponse run(ApiCall call);
  }

  private Api(AgentCore server, ApiKeys keys, LocalRate rate) {
    this.server = server;
    this.keys = keys;
    this.rate = rate;
  }

  /**
   * Adds the routes, and the page for operators, to a server that is not started, if there are
   * keys.
   */
  static void addTo(AgentCore server, Config config) {
    List<Route> routes = routes(server, config);
    for (Route route : routes) {
      server.adminHttp(route.method(), route.path(), route.handler());
      if (!route.isForOperators()) {
        server.http(route.method(), route.path(), route.handler());
      }
    }
    if (!routes.isEmpty()) {
      Page.admin().forEach((path, handler) -> server.adminHttp("GET", path, handler));
    }
  }

  /** Returns the routes; none if there are no keys. */
  static List<Route> routes(AgentCore server, Config config) {
    String keys = config.text(ChatSetting.API_KEYS);
    if (keys.isEmpty()) {
      return List.of();
    }
    LocalRate rate =
        new LocalRate(
            config.integer(ChatSetting.API_RATE_LIMIT), Duration.ofSeconds(1), System::nanoTime);
    Api api = new Api(server, ApiKeys.parse(keys), rate);
    api.addRoutes(config);
    return List.copyOf(api.routes);
  }

  private void addRoutes(Config config) {
    ApiMessages messages = new ApiMessages(server, config, rate);
    ApiRooms rooms = new ApiRooms(server, config);
    ApiUsers users = new ApiUsers(server);
    ApiServer itself = new ApiServer(server, config);
    route("POST", "rooms/{room}/messages", ApiKeys.Scope.PUBLISH, messages::publish);
    route("POST", "users/{user}/messages", ApiKeys.Scope.PUBLISH, messages::send);
    route("POST", "batch", ApiKeys.Scope.PUBLISH, messages::batch);
    route("GET", "rooms", ApiKeys.Scope.READ, rooms::list);
    route("GET", "rooms/{room}/members", ApiKeys.Scope.READ, rooms::members);
    route("GET", "rooms/{room}/messages", ApiKeys.Scope.READ, rooms::history);
    route("GET", "users/{user}", ApiKeys.Scope.READ, users::status);
    route("PUT", "rooms/{room}", ApiKeys.Scope.MANAGE, rooms::create);
    route("DELETE", "rooms/{room}", ApiKeys.Scope.MANAGE, rooms::delete);
    route("DELETE", "rooms/{room}/members/{user}", ApiKeys.Scope.MANAGE, rooms::remove);
    route("DELETE", "users/{user}/connections", ApiKeys.Scope.MANAGE, users::disconnect);
    operatorRoute("server", itself::describe);
    operatorRoute("metrics", itself::metrics);
  }

  /** Programs reach the API on the port of the clients; the page for operators, on its own port. */
  private void route(String method, String path, ApiKeys.Scope scope, Command command) {
    HttpHandler handler = request -> asLine(answer(request, scope, command));
    routes.add(new Route(method, PREFIX + path, scope, false, handler));
  }

  private void operatorRoute(String path, Command command) {
    ApiKeys.Scope scope = ApiKeys.Scope.READ;
    HttpHandler handler = request -> asLine(answer(request, scope, command));
    routes.add(new Route("GET", PREFIX + path, scope, true, handler));
  }

  /** Ends the body with a line feed, for those who ask in a terminal. */
  private static HttpResponse asLine(HttpResponse response) {
    byte[] body = response.body();
    if (body.length == 0) {
      return response;
    }
    byte[] line = Arrays.copyOf(body, body.length + 1);
    line[body.length] = '\n';
    return new HttpResponse(response.status(), response.headers(), line);
  }

  private HttpResponse answer(HttpRequest request, ApiKeys.Scope scope, Command command) {
    if (!server.allowsOrigin(request)) {
      return new Problem(403, ErrorCode.NOT_ALLOWED, "Origin not allowed").response(server);
    }
    Optional<ApiKeys.Caller> caller = request.bearerToken().flatMap(keys::find);
    if (caller.isEmpty()) {
      return new Problem(401, ErrorCode.NOT_ALLOWED, "A valid key is required")
          .response(server)
          .with("WWW-Authenticate", "Bearer");
    }
    HttpResponse response = answer(request, scope, command, caller.get());
    audit(request, caller.get().name(), response.status());
    return response;
  }

  private HttpResponse answer(
      HttpRequest request, ApiKeys.Scope scope, Command command, ApiKeys.Caller caller) {
    if (!caller.scopes().contains(scope)) {
      return new Problem(403, ErrorCode.NOT_ALLOWED, "This key lacks the scope " + scope.word())
          .response(server);
    }
    Optional<Duration> wait = rate.take(caller.name(), 1);
    if (wait.isPresent()) {
      return new Problem(429, ErrorCode.RATE_LIMIT_EXCEEDED, "Too many requests with this key")
          .response(server)
          .with("Retry-After", String.valueOf(wait.get().toSeconds() + 1));
    }
    if (request.method().equals("POST") && request.header("content-length").isEmpty()) {
      return new Problem(411, ErrorCode.VALIDATION_FAILED, "A body needs Content-Length")
          .response(server);
    }
    try {
      return command.run(new ApiCall(caller, request));
    } catch (ClientException refusal) {
      return Problem.of(refusal).response(server);
    } catch (BackendException away) {
      LOG.log(Level.DEBUG, "an API request failed: {0}", away.getMessage());
      return unavailable().response(server);
    }
  }

  static Problem unavailable() {
    return new Problem(
        503, ErrorCode.BACKEND_UNAVAILABLE, "The message store is not reachable, try again");
  }

  /** Messages can be many, and are in a log of their own; everything else is rare. */
  private static void audit(HttpRequest request, String key, int status) {
    boolean changes = request.method().equals("PUT") || request.method().equals("DELETE");
    LOG.log(
        changes ? Level.INFO : Level.DEBUG,
        "api key={0} method={1} path={2} status={3}",
        key,
        request.method(),
        Names.printable(request.path()),
        String.valueOf(status));
  }
}
