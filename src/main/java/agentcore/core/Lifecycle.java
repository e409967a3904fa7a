package agentcore.core;

import agentcore.core.backend.Backend;
import agentcore.core.connection.Heartbeat;
import agentcore.core.connection.Safely;
import agentcore.core.dispatch.Timers;
import agentcore.core.group.ConnectionManager;
import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.CloseCode;
import agentcore.core.socket.Tls;
import agentcore.core.transport.Listener;
import agentcore.core.transport.Listener.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Starts and stops a server, as {@link AgentCore} says: its backend, timers and ports.
 *
 * <pre>
 *   new --start--> starting --> serving --drain--> draining
 *                     any --close, start that fails--> closed
 * </pre>
 */
final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AgentCore.class.getName());
  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

  private final Config config;
  private final Backend backend;
  private final ConnectionManager manager;
  private final Timers timers = new Timers();
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Optional<Listener> listener = Optional.empty();
  private volatile Optional<Listener> adminListener = Optional.empty();

  private enum State {
    NEW,
    STARTING,
    SERVING,
    DRAINING,
    CLOSED
  }

  Lifecycle(Config config, ConnectionManager manager) {
    this.config = config;
    this.backend = manager.backend();
    this.manager = manager;
  }

  /** Throws IllegalStateException if the server was started or closed. */
  void requireNew() {
    if (state.get() != State.NEW) {
      throw new IllegalStateException("a server can be configured only before it is started");
    }
  }

  void start(
      Ports ports,
      Endpoints endpoints,
      HttpHandler routes,
      HttpHandler adminRoutes,
      Monitoring monitoring)
      throws IOException {
    if (!state.compareAndSet(State.NEW, State.STARTING)) {
      throw new IllegalStateException("a server can be started only once");
    }
    boolean serving = false;
    try {
      Optional<Tls> tls = ports.tls(); // first, so that a bad key fails without asking the store
      backend.start();
      List<Endpoint> opened = endpoints.create(manager, timers);
      // The admin port is first: it reports "not ready" until the other one is open.
      adminListener = ports.openAdminPort(untilStopping(adminRoutes));
      listener = Optional.of(ports.openMainPort(opened, untilStopping(routes), tls));
      startTimers(monitoring);
      serving = state.compareAndSet(State.STARTING, State.SERVING);
      if (!serving) { // close() may have missed what was created after it ran
        throw new IllegalStateException("the server was closed while it started");
      }
    } finally {
      if (!serving) {
        close();
      }
    }
    logStart(ports.hasAuthenticator());
  }

  private void startTimers(Monitoring monitoring) {
    Heartbeat heartbeat =
        new Heartbeat(
            manager.registry(),
            config.seconds(Setting.WS_HEARTBEAT_INTERVAL),
            config.seconds(Setting.WS_HEARTBEAT_TIMEOUT),
            Clock.systemUTC());
    timers.every(heartbeat.period(), "heartbeat", heartbeat::beat);
    timers.every(comparePause(), "groups-compare", manager::compareGroups);
    monitoring.start(timers);
  }

  /** Returns four to eight seconds: servers should not read their logs at the same time. */
  private static Duration comparePause() {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(4_000, 8_000));
  }

  /** Refuses requests that change something while a stop is about to discard the store. */
  private HttpHandler untilStopping(HttpHandler handler) {
    if (backend.isShared()) {
      return handler;
    }
    return request ->
        isStopping() && !READS.contains(request.method())
            ? HttpResponse.text(503, "The server is stopping")
            : handler.handle(request);
  }

  private boolean isStopping() {
    State now = state.get();
    return now == State.DRAINING || now == State.CLOSED;
  }

  /** Returns whether the server accepts new connections. */
  boolean isServing() {
    return listener.filter(l -> !l.isDraining()).isPresent();
  }

  int port() {
    return listener.orElseThrow(() -> new IllegalStateException("not started")).port();
  }

  Optional<Integer> adminPort() {
    return adminListener.map(Listener::port);
  }

  void join() throws InterruptedException {
    closed.await();
  }

  void drain() {
    Duration timeout = config.seconds(Setting.DRAIN_TIMEOUT);
    Duration spread =
        backend.isShared()
            ? timeout.multipliedBy(9).dividedBy(10) // the last one needs time to close
            : Duration.ZERO;
    if (state.compareAndSet(State.SERVING, State.DRAINING)) {
      logStop();
    }
    listener.ifPresent(l -> l.drain(CloseCode.SERVICE_RESTART, spread));
  }

  @Override
  public void close() {
    State before = state.getAndSet(State.CLOSED);
    if (before == State.SERVING) {
      Safely.run("logging the stop", this::logStop);
    }
    Safely.run("closing the port", () -> listener.ifPresent(Listener::close));
    Safely.run("ending the timers", timers::close);
    Safely.run("ending the groups", manager::close);
    Safely.run("closing the backend", backend::close);
    Safely.run("closing the admin port", () -> adminListener.ifPresent(Listener::close));
    if (before == State.SERVING || before == State.DRAINING) {
      Safely.run("logging the stop", () -> LOG.log(Level.INFO, "stopped"));
    }
    closed.countDown();
  }

  /** Logs no secret. */
  private void logStart(boolean hasAuthenticator) {
    LOG.log(
        Level.INFO,
        "started version={0} java={1} host={2} port={3} admin_port={4} tls={5} auth={6}"
            + " backend={7}",
        Monitoring.version(),
        Runtime.version(),
        config.text(Setting.HOST),
        String.valueOf(port()),
        adminPort().map(String::valueOf).orElse("none"),
        onOff(!config.text(Setting.TLS_KEYSTORE).isEmpty()),
        onOff(hasAuthenticator),
        backend.getClass().getSimpleName());
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }

  /** Logs the most seconds that closing the connections takes, too. */
  private void logStop() {
    String seconds = config.text(Setting.DRAIN_TIMEOUT);
    int connections = manager.registry().size();
    LOG.log(Level.INFO, "stopping connections=" + connections + " drain_timeout=" + seconds);
  }
}
