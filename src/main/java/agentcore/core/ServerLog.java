package agentcore.core;

import agentcore.core.backend.Backend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Logs the start and the stop of a server. Logs no secret. */
final class ServerLog {
  private static final Logger LOG = System.getLogger(AgentCore.class.getName());

  private ServerLog() {}

  static void started(
      Config config, Backend backend, boolean auth, int port, Optional<Integer> adminPort) {
    LOG.log(
        Level.INFO,
        "started version={0} java={1} host={2} port={3} admin_port={4} tls={5} auth={6}"
            + " backend={7}",
        Version.text(),
        Runtime.version(),
        config.text(Setting.HOST),
        String.valueOf(port),
        adminPort.map(String::valueOf).orElse("none"),
        onOff(!config.text(Setting.TLS_KEYSTORE).isEmpty()),
        onOff(auth),
        backend.getClass().getSimpleName());
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }

  /** Logs the most seconds that closing the connections takes, too. */
  static void stopping(Config config, int connections) {
    String seconds = config.text(Setting.DRAIN_TIMEOUT);
    LOG.log(Level.INFO, "stopping connections=" + connections + " drain_timeout=" + seconds);
  }

  static void stopped() {
    LOG.log(Level.INFO, "stopped");
  }
}
