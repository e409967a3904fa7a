package agentcore.core;

import agentcore.core.auth.Authenticator;
import agentcore.core.group.ConnectionManager;
import agentcore.core.http.HttpHandler;
import agentcore.core.socket.Tls;
import agentcore.core.transport.Gate;
import agentcore.core.transport.Listener;
import agentcore.core.transport.Listener.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens the ports of a server, as the settings say. */
final class Ports {
  private static final Logger LOG = System.getLogger(AgentCore.class.getName());

  private final Config config;
  private final ConnectionManager manager;
  private final Optional<Authenticator> authenticator;

  Ports(Config config, ConnectionManager manager, Optional<Authenticator> authenticator) {
    this.config = config;
    this.manager = manager;
    this.authenticator = authenticator;
  }

  boolean hasAuthenticator() {
    return authenticator.isPresent();
  }

  static boolean hasAdminPort(Config config) {
    return !config.text(Setting.ADMIN_PORT).isEmpty();
  }

  /** Opens the admin port, if there is one. */
  Optional<Listener> openAdminPort(HttpHandler routes) throws IOException {
    if (!hasAdminPort(config)) {
      return Optional.empty();
    }
    Listener made =
        new Listener(manager, List.of(), routes, gate(), transportLimits(), Optional.empty());
    made.start(config.text(Setting.ADMIN_HOST), config.integer(Setting.ADMIN_PORT));
    return Optional.of(made);
  }

  Listener openMainPort(List<Endpoint> endpoints, HttpHandler routes, Optional<Tls> tls)
      throws IOException {
    Listener made = new Listener(manager, endpoints, routes, gate(), transportLimits(), tls);
    made.start(config.text(Setting.HOST), config.integer(Setting.PORT));
    if (authenticator.isEmpty() && !made.isOnLoopback()) {
      LOG.log(
          Level.WARNING,
          "HOST={0} without AUTH_SECRET: anyone who can reach this port can connect as any user",
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

  Optional<Tls> tls() throws IOException {
    String keystore = config.text(Setting.TLS_KEYSTORE);
    return keystore.isEmpty()
        ? Optional.empty()
        : Optional.of(new Tls(Path.of(keystore), config.text(Setting.TLS_PASSWORD)));
  }

  private Listener.Limits transportLimits() {
    return new Listener.Limits(
        config.integer(Setting.WS_MAX_MESSAGE_SIZE),
        config.integer(Setting.MAX_HANDSHAKES),
        config.seconds(Setting.HANDSHAKE_TIMEOUT),
        config.seconds(Setting.CLOSE_TIMEOUT),
        config.seconds(Setting.WS_HEARTBEAT_TIMEOUT),
        config.bytes(Setting.RECEIVE_TOTAL_BYTES),
        config.seconds(Setting.DRAIN_TIMEOUT));
  }
}
