package agentcore.torture;

import agentcore.testkit.process.ServerProcess;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Two servers on one store. */
final class ServerPair implements Ports, AutoCloseable {
  private static final int SERVERS = 2;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "BACKEND_TYPE", "redis",
          "RATE_LIMIT_MESSAGES", "0",
          "HISTORY_SIZE", "20000",
          "SEND_QUEUE_BYTES", "131072",
          "WS_HEARTBEAT_INTERVAL", "5",
          "WS_HEARTBEAT_TIMEOUT", "15",
          "LOG_LEVEL", System.getProperty("agentcore.level", "INFO"),
          "DRAIN_TIMEOUT", "2");

  private final String url;
  private final AtomicReferenceArray<ServerProcess> servers = new AtomicReferenceArray<>(SERVERS);

  ServerPair(String url) {
    this.url = url;
    for (int i = 0; i < SERVERS; i++) {
      start(i);
    }
  }

  /** Starts a server, replacing the previous one at this index. */
  void start(int index) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("REDIS_URL", url);
    servers.set(index, ServerProcess.start(settings));
  }

  ServerProcess get(int index) {
    return servers.get(index);
  }

  @Override
  public int count() {
    return SERVERS;
  }

  @Override
  public int of(int server) {
    return servers.get(server).port();
  }

  @Override
  public void close() {
    for (int i = 0; i < SERVERS; i++) {
      ServerProcess server = servers.get(i);
      if (server != null) {
        server.close();
      }
    }
  }
}
