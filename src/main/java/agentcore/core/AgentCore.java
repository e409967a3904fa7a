package agentcore.core;

import agentcore.core.auth.Authenticator;
import agentcore.core.backend.Backend;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.connection.Heartbeat;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import agentcore.core.dispatch.Dispatcher;
import agentcore.core.dispatch.Timers;
import agentcore.core.message.CloseCode;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.Middleware;
import agentcore.core.security.JsonWebTokens;
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
import java.util.concurrent.atomic.AtomicBoolean;

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
  private final Serializer serializer = new Serializer();
  private final Timers timers = new Timers();
  private final ConnectionRegistry registry = new ConnectionRegistry();
  private final ConnectionManager manager;
  private final Heartbeat heartbeat;
  private final List<Middleware> middleware;
  private final Map<String, Consumer> consumers = new LinkedHashMap<>();
  private final HttpRoutes routes = new HttpRoutes();
  private final HttpRoutes adminRoutes;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean isClosing;
  private final ServerLog log = new ServerLog();
  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<Authenticator> authenticator;
  private volatile Optional<Listener> listener = Optional.empty();
  private volatile Optional<Listener> adminListener = Optional.empty();

  /** Makes a server. It starts the backend and closes it. */
  public AgentCore(Config config, Backend backend) {
    this.config = config;
    this.backend = backend;
    this.middleware = StandardMiddleware.of(config, backend.tokens(), metrics);
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
   * Serves a consumer to the clients that connect to a path. {@link agentcore.core.consumer} says
   * what the endpoints of a server share and what each has for itself.
   *
   * @param path ends with <code>/{user_id}</code>
   * @throws IllegalArgumentException where the path has another form, or has a consumer already
   */
  public AgentCore endpoint(String path, Consumer consumer) {
    if (!path.startsWith("/") || !path.endsWith("/" + USER_ID)) {
      throw new IllegalArgumentException("a path must begin with / and end with /" + USER_ID);
    }
    String prefix = path.substring(0, path.length() - USER_ID.length());
    if (consumers.putIfAbsent(prefix, consumer) != null) {
      throw new IllegalArgumentException("a path has one consumer, and this one has its: " + path);
    }
    return this;
  }

  /**
   * Answers GET and HEAD of a path over plain HTTP. {@code /health}, {@code /health/live}, {@code
   * /health/ready} and {@code /metrics} are there already, here or on ADMIN_PORT.
   *
   * @param path as it is sent, not decoded; a segment in braces stands for any
   */
  public AgentCore http(String path, HttpHandler handler) {
    routes.add(path, handler);
    return this;
  }

  /**
   * Starts to serve. A server is started once: a start that fails closes the server, with its
   * backend, and leaves no thread and no port behind. To try again, make another server.
   *
   * @throws IOException where the port cannot be had, or the TLS key cannot be used
   * @throws agentcore.core.backend.BackendException where the store cannot be reached
   * @throws IllegalStateException where it was started or closed before, or is closed meanwhile
   */
  public AgentCore start() throws IOException {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("a server is started once: make another one");
    }
    boolean serving = false;
    try {
      Optional<Tls> tls = tls(); // first: a bad key needs no store to be found
      backend.start();
      List<Endpoint> endpoints = endpoints();
      adminListener = adminListener();
      listener = Optional.of(listen(endpoints, tls));
      heartbeat.start();
      manager.start();
      if (isClosing) { // `close` may have come too early for what was made since
        throw new IllegalStateException("the server was closed while it started");
      }
      serving = true;
    } finally {
      if (!serving) {
        close();
      }
    }
    log.started(config, backend, authenticator.isPresent(), port(), adminPort());
    return this;
  }

  private List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    consumers.forEach(
        (prefix, consumer) ->
            endpoints.add(
                new Endpoint(
                    prefix, new Dispatcher(consumer, middleware, serializer, manager, timers))));
    return endpoints;
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

  private Listener listen(List<Endpoint> endpoints, Optional<Tls> tls) throws IOException {
    Listener made = new Listener(manager, endpoints, routes, gate(), transportLimits(), tls);
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
    log.stopping(registry.size());
    listener.ifPresent(l -> l.drain(CloseCode.SERVICE_RESTART, spread));
  }

  /**
   * Closes its connections ({@code GOING_AWAY}) and ends all its threads; idempotent. Every step
   * runs, whatever the others throw; never throws.
   */
  @Override
  public void close() {
    isClosing = true;
    started.set(true); // what was closed cannot be started
    Safely.run("logging the stop", () -> log.stopping(registry.size()));
    Safely.run("closing the port", () -> listener.ifPresent(Listener::close));
    Safely.run("ending the heartbeat", heartbeat::close);
    Safely.run("ending the groups", manager::close);
    Safely.run("ending the timers", timers::close);
    Safely.run("closing the backend", backend::close);
    Safely.run("closing the admin port", () -> adminListener.ifPresent(Listener::close));
    Safely.run("logging the stop", log::stopped);
    closed.countDown();
  }
}
