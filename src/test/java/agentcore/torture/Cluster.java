package agentcore.torture;

import agentcore.testkit.Await;
import agentcore.testkit.RateLimits;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.process.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Two servers, each with its own proxied link to one Redis; every part can be made to fail. */
final class Cluster implements Ports, AutoCloseable {
  static final int SERVERS = 2;

  private static final Duration END = Await.DEADLINE;

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
              "DRAIN_TIMEOUT", "2"));

  private final RedisProcess redis;
  private final List<FaultProxy> links = new ArrayList<>();
  private final AtomicReferenceArray<ServerProcess> servers = new AtomicReferenceArray<>(SERVERS);

  private Cluster(RedisProcess redis) {
    this.redis = redis;
  }

  /**
   * Starts Redis, the proxies and the servers.
   *
   * @param isDurable whether Redis keeps all its data when it is killed
   */
  static Cluster start(boolean isDurable) {
    String[] options =
        isDurable ? new String[] {"--appendonly", "yes", "--appendfsync", "always"} : new String[0];
    Cluster cluster = new Cluster(RedisProcess.start(options));
    try {
      for (int i = 0; i < SERVERS; i++) {
        cluster.links.add(FaultProxy.to(cluster.redis.port()));
        cluster.startServer(i);
      }
      return cluster;
    } catch (AssertionError | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Starts a server, replacing the previous one at this index. */
  void startServer(int index) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.putAll(ApiWriter.SETTINGS);
    settings.put("REDIS_URL", RedisStore.url(links.get(index).port()));
    servers.set(index, ServerProcess.start(settings));
  }

  @Override
  public int count() {
    return SERVERS;
  }

  @Override
  public int of(int server) {
    return servers.get(server).port();
  }

  ServerProcess server(int index) {
    return servers.get(index);
  }

  FaultProxy link(int index) {
    return links.get(index);
  }

  RedisProcess redis() {
    return redis;
  }

  /** Terminates a server, waits for it to exit and returns its exit code. */
  int stopServer(int index) {
    servers.get(index).terminate();
    return servers.get(index).awaitExit(END);
  }

  @Override
  public void close() {
    for (int i = 0; i < SERVERS; i++) {
      ServerProcess server = servers.get(i);
      if (server != null) {
        server.close();
      }
    }
    links.forEach(FaultProxy::close);
    redis.close();
  }
}
