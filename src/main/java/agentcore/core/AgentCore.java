package agentcore.core;

import agentcore.core.auth.Authenticator;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.backend.Backend;
import agentcore.core.backend.Tokens;
import agentcore.core.connection.CloseCode;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.connection.Heartbeat;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Dispatcher;
import agentcore.core.consumer.Timers;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.LoggingMiddleware;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Pipeline;
import agentcore.core.middleware.RateLimitMiddleware;
import agentcore.core.middleware.ValidationMiddleware;
import agentcore.core.serializer.JsonSerializer;
import agentcore.core.serializer.Serializer;
import agentcore.core.transport.Endpoint;
import agentcore.core.transport.Gate;
import agentcore.core.transport.HttpHandler;
import agentcore.core.transport.HttpRoutes;
import agentcore.core.transport.Listener;
import agentcore.core.transport.Tls;
import agentcore.core.transport.TransportLimits;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A server: the one place where its parts are put together.
 *
 * <p>Name its endpoints, {@link #start} it, and {@link #close} it in the end. Until it is started
 * it is for one thread, afterwards for all.
 *
 * {@snippet file="Servers.java" region="server"}
 */
public final class AgentCore implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AgentCore.class.getName());
  private static final String USER_ID = "{user_id}";

  private final Config config;
  private final Backend backend;
  private final Metrics metrics = new Metrics();
  private final Serializer serializer = new JsonSerializer();
  private final Timers timers = new Timers();
  private final ConnectionRegistry registry = new ConnectionRegistry();
  private final ConnectionManager manager;
  private final Heartbeat heartbeat;
  private final List<Middleware> middleware;
  private final Map<String, Consumer> consumers = new LinkedHashMap<>();
  private final HttpRoutes routes = new HttpRoutes();
  private final HttpRoutes adminRoutes;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<Authenticator> authenticator;
  private volatile Optional<Listener> listener = Optional.empty();
  private volatile Optional<Listener> adminListener = Optional.empty();

  /** Makes a server. It starts the backend and closes it. */
  public AgentCore(Config config, Backend backend) {
    this.config = config;
    this.backend = backend;
    this.middleware = standardMiddleware();
    this.authenticator =
        config.signingKeys().map(keys -> new JsonWebTokens(keys, Clock.systemUTC()));
    this.manager =
        new ConnectionManager(
            backend, registry, serializer, config.connectionLimits(), Clock.systemUTC(), metrics);
    this.heartbeat =
        new Heartbeat(
            registry,
            config.seconds(Setting.WS_HEARTBEAT_INTERVAL),
            config.seconds(Setting.WS_HEARTBEAT_TIMEOUT),
            System::nanoTime,
            Clock.systemUTC());
    this.adminRoutes = hasAdminPort() ? new HttpRoutes() : routes;
    new Monitoring(metrics, backend, this::isServing).addTo(adminRoutes);
  }

  private boolean hasAdminPort() {
    return !config.text(Setting.ADMIN_PORT).isEmpty();
  }

  private boolean isServing() {
    return listener.filter(l -> !l.isDraining()).isPresent();
  }

  private List<Middleware> standardMiddleware() {
    List<Middleware> standard = new ArrayList<>();
    standard.add(new LoggingMiddleware());
    int messages = config.integer(Setting.RATE_LIMIT_MESSAGES);
    if (messages > 0) {
      double seconds = config.seconds(Setting.RATE_LIMIT_WINDOW).toNanos() / 1e9;
      Tokens.Rate rate =
          new Tokens.Rate(config.integer(Setting.RATE_LIMIT_BURST), messages / seconds);
      standard.add(new RateLimitMiddleware(backend.tokens(), rate, System::nanoTime, metrics));
    }
    standard.add(new ValidationMiddleware());
    return standard;
  }

  /** Adds middleware of one's own behind the standard ones, in the order of the calls. */
  public AgentCore use(Middleware more) {
    middleware.add(more);
    return this;
  }

  /**
   * Has tokens checked by an authenticator of one's own, whether there is an AUTH_SECRET or not.
   */
  public AgentCore authenticate(Authenticator own) {
    authenticator = Optional.of(own);
    return this;
  }

  /** Returns what checks tokens; empty where anybody may connect as anybody. */
  public Optional<Authenticator> authenticator() {
    return authenticator;
  }

  /**
   * Serves a consumer to whoever connects to a path.
   *
   * @param path ends with <code>/{user_id}</code>
   */
  public AgentCore endpoint(String path, Consumer consumer) {
    if (!path.startsWith("/") || !path.endsWith("/" + USER_ID)) {
      throw new IllegalArgumentException("a path must begin with / and end with /" + USER_ID);
    }
    consumers.put(path.substring(0, path.length() - USER_ID.length()), consumer);
    return this;
  }

  /**
   * Answers GET and HEAD of a path over plain HTTP. {@code /health/live}, {@code /health/ready} and
   * {@code /metrics} are there already, here or on ADMIN_PORT.
   *
   * @param path as it is sent, not decoded; a segment in braces stands for any
   */
  public AgentCore http(String path, HttpHandler handler) {
    routes.add(path, handler);
    return this;
  }

  /**
   * Starts to serve.
   *
   * @throws IOException where the port cannot be had
   * @throws agentcore.core.backend.BackendException where the store cannot be reached
   */
  public AgentCore start() throws IOException {
    backend.start();
    Pipeline pipeline = new Pipeline(middleware);
    List<Endpoint> endpoints = new ArrayList<>();
    consumers.forEach(
        (prefix, consumer) ->
            endpoints.add(
                new Endpoint(
                    prefix, new Dispatcher(consumer, pipeline, serializer, manager, timers))));
    try {
      adminListener = adminListener();
      listener = Optional.of(listen(endpoints));
    } catch (IOException e) {
      adminListener.ifPresent(Listener::close);
      backend.close();
      throw e;
    }
    heartbeat.start();
    manager.start();
    return this;
  }

  /** Those who look after it see it before others connect: it is not ready then. */
  private Optional<Listener> adminListener() throws IOException {
    if (!hasAdminPort()) {
      return Optional.empty();
    }
    Listener made =
        new Listener(manager, List.of(), adminRoutes, gate(), transportLimits(), Optional.empty());
    made.start(config.text(Setting.ADMIN_HOST), config.integer(Setting.ADMIN_PORT));
    return Optional.of(made);
  }

  private Listener listen(List<Endpoint> endpoints) throws IOException {
    Listener made = new Listener(manager, endpoints, routes, gate(), transportLimits(), tls());
    made.start(config.text(Setting.HOST), config.integer(Setting.PORT));
    if (authenticator.isEmpty() && !made.isOnLoopback()) {
      LOG.log(
          Level.WARNING,
          "HOST={0} without AUTH_SECRET: whoever can reach this port can connect as any user",
          config.text(Setting.HOST));
    }
    return made;
  }

  private Gate gate() {
    return new Gate(
        authenticator,
        config.allowedOrigins(),
        config.trustedProxies(),
        config.integer(Setting.MAX_CONNECTIONS_PER_ADDRESS));
  }

  private Optional<Tls> tls() throws IOException {
    String keystore = config.text(Setting.TLS_KEYSTORE);
    return keystore.isEmpty()
        ? Optional.empty()
        : Optional.of(new Tls(Path.of(keystore), config.text(Setting.TLS_PASSWORD)));
  }

  private TransportLimits transportLimits() {
    return new TransportLimits(
        config.integer(Setting.WS_MAX_MESSAGE_SIZE),
        config.integer(Setting.MAX_HANDSHAKES),
        config.seconds(Setting.HANDSHAKE_TIMEOUT),
        config.seconds(Setting.WS_HEARTBEAT_TIMEOUT),
        config.bytes(Setting.RECEIVE_TOTAL_BYTES),
        config.seconds(Setting.DRAIN_TIMEOUT));
  }

  /** Returns the port that it listens on. */
  public int port() {
    return listener.orElseThrow(() -> new IllegalStateException("not started")).port();
  }

  /** Returns the port where health and metrics are, if they have one of their own. */
  public Optional<Integer> adminPort() {
    return adminListener.map(Listener::port);
  }

  /** Returns its connections and their groups. */
  public ConnectionManager manager() {
    return manager;
  }

  /**
   * Waits until it is closed.
   *
   * @throws InterruptedException if the thread is told to stop
   */
  public void join() throws InterruptedException {
    closed.await();
  }

  /**
   * Ends its connections gracefully ({@code SERVICE_RESTART}), spread over DRAIN_TIMEOUT; whoever
   * connects meanwhile is answered 503. Returns as soon as none is left, or after that time; {@link
   * #close} it then.
   */
  public void drain() {
    Duration timeout = config.seconds(Setting.DRAIN_TIMEOUT);
    Duration spread = timeout.multipliedBy(9).dividedBy(10); // the last one needs time to end, too
    listener.ifPresent(l -> l.drain(CloseCode.SERVICE_RESTART, spread));
  }

  /** Closes its connections ({@code GOING_AWAY}) and ends all its threads; idempotent. */
  @Override
  public void close() {
    listener.ifPresent(Listener::close);
    heartbeat.close();
    manager.close();
    timers.close();
    backend.close();
    adminListener.ifPresent(Listener::close);
    closed.countDown();
  }
}
