package agentcore.core;

import agentcore.core.backend.Backend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Logs the start and the stop of a server, each at most once. Logs no secret. */
final class ServerLog {
  private static final Logger LOG = System.getLogger(AgentCore.class.getName());

  private enum State {
    NEW,
    STARTED,
    STOPPING,
    STOPPED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

  void started(
      Config config, Backend backend, boolean auth, int port, Optional<Integer> adminPort) {
    if (state.compareAndSet(State.NEW, State.STARTED)) {
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
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }

  void stopping(int connections) {
    if (state.compareAndSet(State.STARTED, State.STOPPING)) {
      LOG.log(Level.INFO, "stopping connections=" + connections);
    }
  }

  void stopped() {
    if (state.compareAndSet(State.STOPPING, State.STOPPED)) {
      LOG.log(Level.INFO, "stopped");
    }
  }
}
