package agentcore.torture;

import agentcore.testkit.RateLimits;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two servers on one store. */
final class ServerPair implements Ports, AutoCloseable {
  private static final int SERVERS = 2;

  private static final Pattern GAPS = Pattern.compile("\\nagentcore_gap_messages_total (\\d+)");

  private static final Map<String, String> SETTINGS =
      RateLimits.none(
          Map.of(
              "BACKEND_TYPE", "redis",
              "HISTORY_SIZE", "20000",
              "INBOX_SIZE", "20000",
              "MAX_CONNECTIONS_PER_CLIENT", "20",
              "SEND_QUEUE_BYTES", "131072",
              "WS_HEARTBEAT_INTERVAL", "5",
              "WS_HEARTBEAT_TIMEOUT", "15",
              "LOG_LEVEL", System.getProperty("agentcore.level", "INFO"),
              "DRAIN_TIMEOUT", "2"));

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

  /** Returns how many messages the servers have read from logs, since no hint had arrived. */
  long messagesReadFromLogs() {
    long sum = 0;
    for (int i = 0; i < SERVERS; i++) {
      Matcher value = GAPS.matcher(metrics(i));
      if (!value.find()) {
        throw new AssertionError("no metric " + GAPS);
      }
      sum += Long.parseLong(value.group(1));
    }
    return sum;
  }

  private String metrics(int index) {
    try (RawClient client = RawClient.open(of(index))) {
      client.sendBytes(
          "GET /metrics HTTP/1.0\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return client.readToEnd();
    }
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
