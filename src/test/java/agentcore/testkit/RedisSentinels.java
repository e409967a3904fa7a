package agentcore.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real primary with two replicas on 127.0.0.1, and three sentinels that watch it.
 *
 * <p>Registered as a JUnit extension it stops with its test class.
 */
public final class RedisSentinels implements AutoCloseable, AfterAllCallback {
  private static final String MASTER = "store";
  private static final int REPLICAS = 2;
  private static final int SENTINELS = 3;

  private final List<RedisProcess> nodes = new ArrayList<>();
  private final List<RedisProcess> sentinels = new ArrayList<>();

  private RedisSentinels() {}

  /** Starts all, and waits until the sentinels know each other and the replicas are in step. */
  public static RedisSentinels start() {
    RedisSentinels all = new RedisSentinels();
    try {
      RedisProcess first = RedisProcess.start("--repl-ping-replica-period", "1");
      all.nodes.add(first);
      for (int i = 0; i < REPLICAS; i++) {
        all.nodes.add(RedisProcess.start("--replicaof", "127.0.0.1 " + first.port()));
      }
      String file =
          """
          sentinel monitor store 127.0.0.1 %d 2
          sentinel down-after-milliseconds store 1000
          sentinel failover-timeout store 2000
          sentinel parallel-syncs store 2
          """
              .formatted(first.port());
      for (int i = 0; i < SENTINELS; i++) {
        all.sentinels.add(RedisProcess.startWithFile(file, "--sentinel"));
      }
      all.awaitHealthy();
      return all;
    } catch (AssertionError | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /** Waits until all sentinels know all servers, and every replica is in step. */
  public void awaitHealthy() {
    Await.until(
        "the sentinels to be healthy",
        () ->
            sentinels.stream().allMatch(this::isHealthy)
                && nodes.stream().filter(node -> !isPrimary(node)).allMatch(this::isInStep));
  }

  private boolean isHealthy(RedisProcess sentinel) {
    String state = sentinel.command("SENTINEL", "MASTER", MASTER);
    return field(state, "flags").equals("master")
        && field(state, "num-slaves").equals("" + REPLICAS)
        && field(state, "num-other-sentinels").equals("" + (SENTINELS - 1))
        && field(state, "port").equals("" + primary().port())
        && !sentinel.command("SENTINEL", "REPLICAS", MASTER).contains("s_down");
  }

  private boolean isInStep(RedisProcess replica) {
    String state = replica.command("INFO", "replication");
    return state.contains("master_link_status:up")
        && state.contains("master_port:" + primary().port());
  }

  private static String field(String reply, String name) {
    List<String> lines = reply.lines().toList();
    int at = lines.indexOf(name);
    return at < 0 ? "" : lines.get(at + 2);
  }

  private static boolean isPrimary(RedisProcess node) {
    return node.isRunning() && node.command("ROLE").contains("master");
  }

  /** Returns a URL with the sentinels. */
  public String url() {
    return "redis-sentinel://"
        + sentinels.stream()
            .map(sentinel -> "127.0.0.1:" + sentinel.port())
            .collect(Collectors.joining(","))
        + "/"
        + MASTER;
  }

  /** Returns the server that the first sentinel that answers names as primary. */
  public RedisProcess primary() {
    return sentinels.stream()
        .filter(RedisProcess::isRunning)
        .map(sentinel -> field(sentinel.command("SENTINEL", "MASTER", MASTER), "port"))
        .flatMap(port -> nodes.stream().filter(node -> port.equals("" + node.port())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no primary"));
  }

  /** Returns all servers. */
  public List<RedisProcess> nodes() {
    return List.copyOf(nodes);
  }

  /** Returns the sentinels. */
  public List<RedisProcess> sentinels() {
    return List.copyOf(sentinels);
  }

  /** Has a replica take over although the primary works, and waits for that. */
  public void failover() {
    RedisProcess before = primary();
    Await.until(
        "an accepted failover",
        () -> sentinels.getFirst().command("SENTINEL", "FAILOVER", MASTER).startsWith("+OK"));
    awaitAnother(before);
  }

  /** Waits until the sentinels name another primary. */
  public void awaitAnother(RedisProcess before) {
    Await.until("another primary", () -> primary() != before && isPrimary(primary()));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    sentinels.forEach(RedisProcess::close);
    nodes.forEach(RedisProcess::close);
  }
}
