package agentcore.core;

import agentcore.core.auth.Authenticator;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.backend.Backend;
import agentcore.core.backend.Directory;
import agentcore.core.backend.Room;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.consumer.Consumer;
import agentcore.core.group.ConnectionManager;
import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Names;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.Middleware;
import agentcore.core.serializer.Serializer;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A server. This class constructs all its parts and passes them to each other.
 *
 * <p>Add endpoints, {@link #start} the server, and {@link #close} it at the end. One thread
 * configures the server and starts it; from then on all threads may use it, and configuring it
 * throws IllegalStateException.
 *
 * {@snippet file="Servers.java" region="server"}
 */
public final class AgentCore implements AutoCloseable {
  private final Config config;
  private final Backend backend;
  private final Serializer serializer = new Serializer();
  private final Lifecycle lifecycle;
  private final ConnectionManager manager;
  private final Endpoints endpoints;
  private final HttpRoutes routes = new HttpRoutes();
  private final ServerParts parts;
  private final HttpRoutes adminRoutes;
  private final Monitoring monitoring;
  private Optional<Authenticator> authenticator;

  /** Constructs a server with the backend that BACKEND_TYPE names. */
  public AgentCore(Config config) {
    this(config, config.backend());
  }

  /**
   * Constructs a server with a backend that is not started. The server starts the backend and
   * closes it.
   *
   * @throws IllegalArgumentException if settings contradict each other
   */
  public AgentCore(Config config, Backend backend) {
    config.requireConsistent();
    this.config = config;
    this.backend = backend;
    this.endpoints = new Endpoints(config, serializer);
    this.authenticator =
        config.signingKeys().map(keys -> new JsonWebTokens(keys, Clock.systemUTC()));
    Metrics metrics = new Metrics();
    ConnectionRegistry registry = new ConnectionRegistry(config.connectionLimits(), metrics);
    this.manager =
        new ConnectionManager(
            backend, registry, serializer, config.connectionLimits(), Clock.systemUTC(), metrics);
    this.parts = new ServerParts(manager, serializer);
    this.lifecycle = new Lifecycle(config, manager);
    this.adminRoutes = Ports.hasAdminPort(config) ? new HttpRoutes() : routes;
    this.monitoring = new Monitoring(metrics, backend, registry, lifecycle::isServing);
    monitoring.addTo(adminRoutes);
  }

  /** Adds middleware behind the standard middleware, in the order of the calls. */
  public AgentCore use(Middleware more) {
    return configured(() -> endpoints.use(more));
  }

  /** Checks tokens with this authenticator instead of AUTH_SECRET. */
  public AgentCore authenticate(Authenticator own) {
    return configured(() -> authenticator = Optional.of(own));
  }

  /** Returns the authenticator; empty if anyone may connect as any user. */
  public Optional<Authenticator> authenticator() {
    return authenticator;
  }

  /**
   * Serves the clients that connect to a path with a consumer. {@link agentcore.core.consumer} says
   * what the endpoints of a server share.
   *
   * @param path ends with <code>/{user_id}</code>
   * @throws IllegalArgumentException if the path has another form, or already has a consumer
   */
  public AgentCore endpoint(String path, Consumer consumer) {
    return configured(() -> endpoints.add(path, consumer));
  }

  /**
   * Answers GET and HEAD requests to a path, as {@link #http(String, String, HttpHandler)} does.
   */
  public AgentCore http(String path, HttpHandler handler) {
    return http("GET", path, handler);
  }

  /**
   * Answers the requests to a path. The server itself answers {@code /health}, {@code
   * /health/live}, {@code /health/ready} and {@code /metrics}, on this port or on ADMIN_PORT, and
   * OPTIONS on every path.
   *
   * @param method such as {@code POST}; GET includes HEAD
   * @param path as the client sends it, not decoded; a segment in braces matches any segment
   */
  public AgentCore http(String method, String path, HttpHandler handler) {
    return configured(() -> routes.add(method, path, handler));
  }

  /**
   * Answers the requests of operators to a path, as {@link #http(String, String, HttpHandler)}
   * does, beside {@code /health} and {@code /metrics}: on ADMIN_PORT only, if it is set, and
   * otherwise on the port of the clients. The handler checks who asks; the port does not.
   *
   * <p>A route for both ports is added with {@code http} too.
   *
   * {@snippet file="Servers.java" region="admin"}
   */
  public AgentCore adminHttp(String method, String path, HttpHandler handler) {
    return configured(() -> adminRoutes.add(method, path, handler));
  }

  private AgentCore configured(Runnable change) {
    lifecycle.requireNew();
    change.run();
    return this;
  }

  /**
   * Starts to serve. A server is started at most once. A start that fails closes the server and its
   * backend, and leaves no thread and no open port behind; to try again, construct another server.
   *
   * @throws IOException if the port cannot be opened, or the TLS key cannot be used
   * @throws agentcore.core.backend.BackendException if the store cannot be reached
   * @throws IllegalStateException if the server was started or closed, or is closed meanwhile
   */
  public AgentCore start() throws IOException {
    Ports ports = new Ports(config, manager, authenticator);
    lifecycle.start(ports, endpoints, routes, adminRoutes, monitoring);
    return this;
  }

  /**
   * Returns the port that the server listens on.
   *
   * @throws IllegalStateException if the server is not started
   */
  public int port() {
    return lifecycle.port();
  }

  /** Returns the port for operators, if they have their own. */
  public Optional<Integer> adminPort() {
    return lifecycle.adminPort();
  }

  ConnectionManager manager() {
    return manager;
  }

  /**
   * Returns a room by its name, to publish into it, to read it or to listen to it. It need not
   * exist yet: {@link #create} it, or let a client create it.
   */
  public ServerRoom room(String name) {
    return new ServerRoom(name, parts);
  }

  /**
   * Returns a user, to send events to the user's connections or to close them.
   *
   * @throws IllegalArgumentException if no user can have this id
   */
  public ServerUser user(String id) {
    Optional<String> fault = Names.userFault(id);
    if (fault.isPresent()) {
      throw new IllegalArgumentException(fault.get());
    }
    return new ServerUser(id, parts);
  }

  /** Returns all rooms, private ones too, unordered. Any thread; asks the store. */
  public List<Room> rooms() {
    return backend.directory().list();
  }

  /**
   * Creates a room that belongs to the server: no limit applies to it, and it is not removed when
   * it is empty. Any thread, from {@link #start} on; asks the store. A client that needs a room
   * before this has run does not find it; a consumer can create it in the {@code directory} of a
   * session instead.
   *
   * @return whether it was created, or why not; a room that exists already stays as it is
   */
  public Directory.CreateResult create(String name, boolean isPublic) {
    return backend.directory().create(new Room(name, UUID.randomUUID().toString(), "", isPublic));
  }

  /** Returns the store with the rooms, their members and their logs. */
  public Backend backend() {
    return backend;
  }

  /**
   * Reads the newest events of a room's log, for example to answer an HTTP request. Any thread.
   *
   * @param limit the most events
   * @param maxBytes the most bytes of all events together
   * @param reply builds the reply from the events, oldest first; the memory for this is reserved
   *     until it returns
   * @throws agentcore.core.backend.BackendException if the store does not answer, or too little
   *     memory is free for several seconds
   */
  public <T> T history(Room room, int limit, int maxBytes, Function<List<Event.Json>, T> reply) {
    return parts.history(
        room, Long.MAX_VALUE, limit, maxBytes, history -> reply.apply(history.events()));
  }

  /**
   * Returns what the server measured in the last 15 minutes, one sample every five seconds, oldest
   * first. Any thread.
   */
  public List<MetricsSample> recentMetrics() {
    return monitoring.recent();
  }

  /**
   * Returns whether a request may be answered as far as its Origin is concerned: programs send
   * none, and a browser sends that of the page, which must come from this host or be in
   * ALLOWED_ORIGINS.
   */
  public boolean allowsOrigin(HttpRequest request) {
    String host = request.header("host").orElse("");
    return request
        .header("origin")
        .map(origin -> config.allowedOrigins().allow(origin, host))
        .orElse(true);
  }

  /**
   * Reads a JSON object, strictly (RFC 8259). Any thread.
   *
   * @throws agentcore.core.message.ClientException if the text is no JSON object
   */
  public static Fields fields(String json) {
    return Serializer.fields(json);
  }

  /** Returns an event as a JSON object without a timestamp. Any thread. */
  public String json(Event event) {
    return serializer.write(event);
  }

  /** Returns the version of AgentCore. */
  public static String version() {
    return Monitoring.version();
  }

  /**
   * Waits until the server is closed.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void join() throws InterruptedException {
    lifecycle.join();
  }

  /**
   * Closes the connections gracefully ({@code SERVICE_RESTART}) and answers new connections with
   * 503. If other servers share the store, the closes are spread over DRAIN_TIMEOUT. Otherwise all
   * connections are closed at once, and HTTP requests that change something are refused with 503:
   * what they store would be lost. Returns as soon as no connection is left, or after
   * DRAIN_TIMEOUT. Call {@link #close} afterwards.
   */
  public void drain() {
    lifecycle.drain();
  }

  /**
   * Closes the connections ({@code GOING_AWAY}) and ends all threads. Idempotent. Every step runs
   * even if another one throws; never throws.
   */
  @Override
  public void close() {
    lifecycle.close();
  }
}
