package agentcore.testkit;

import agentcore.testkit.process.FreePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Redis Cluster on 127.0.0.1: three primaries, each with a replica. Needs no redis-cli.
 *
 * <p>Registered as a JUnit extension it stops with its test class.
 */
public final class RedisCluster implements AutoCloseable, AfterAllCallback {
  private static final int PRIMARIES = 3;
  private static final int SLOTS = 16_384;

  /** On a busy machine a node may not run for a second; it has not failed then. */
  private static final int NODE_TIMEOUT_MILLIS = 2_500;

  private final List<RedisProcess> nodes = new ArrayList<>();

  private RedisCluster() {}

  /** Starts a cluster, and waits until all slots are served and all replicas are in step. */
  public static RedisCluster start(String... options) {
    RedisCluster cluster = new RedisCluster();
    try {
      for (int i = 0; i < 2 * PRIMARIES; i++) {
        List<String> all =
            new ArrayList<>(
                List.of(
                    "--cluster-enabled",
                    "yes",
                    "--cluster-node-timeout",
                    "" + NODE_TIMEOUT_MILLIS,
                    "--cluster-require-full-coverage",
                    "no",
                    "--cluster-replica-validity-factor",
                    "0",
                    "--repl-ping-replica-period",
                    "1",
                    // A replica keeps the file by which it was filled. A node that is killed would
                    // begin with it, and hold on to slots that have moved.
                    "--rdb-del-sync-files",
                    "yes",
                    "--cluster-port",
                    "" + FreePort.next()));
        all.addAll(List.of(options));
        cluster.nodes.add(RedisProcess.start(all.toArray(String[]::new)));
      }
      cluster.create();
      return cluster;
    } catch (AssertionError | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void create() {
    for (int i = 0; i < PRIMARIES; i++) {
      int from = SLOTS * i / PRIMARIES;
      int to = SLOTS * (i + 1) / PRIMARIES - 1;
      ok(nodes.get(i).command("CLUSTER", "ADDSLOTSRANGE", "" + from, "" + to));
      ok(nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1)));
    }
    nodes.subList(1, nodes.size()).forEach(node -> introduce(nodes.getFirst(), node));
    Await.until(
        "all to know each other",
        () -> nodes.stream().allMatch(node -> table(node).size() == nodes.size()));
    for (int i = 0; i < PRIMARIES; i++) {
      RedisProcess replica = nodes.get(PRIMARIES + i);
      String primary = id(nodes.get(i));
      Await.until(
          "a replica", () -> replica.command("CLUSTER", "REPLICATE", primary).startsWith("+OK"));
    }
    awaitHealthy();
  }

  private static void introduce(RedisProcess known, RedisProcess node) {
    String busPort = node.command("CONFIG", "GET", "cluster-port").split("\r\n")[4];
    ok(known.command("CLUSTER", "MEET", "127.0.0.1", "" + node.port(), busPort));
  }

  /** Waits until every node works, every slot is served and every replica is in step. */
  public void awaitHealthy() {
    try {
      Await.until("the cluster to be healthy", () -> nodes.stream().allMatch(this::isHealthy));
    } catch (AssertionError ill) {
      throw new AssertionError(
          nodes.stream()
              .map(node -> node.port() + ": " + isHealthy(node) + '\n' + state(node))
              .collect(Collectors.joining("\n")),
          ill);
    }
  }

  private static String state(RedisProcess node) {
    return node.command("CLUSTER", "NODES")
        + node.command("CLUSTER", "INFO")
        + node.command("INFO", "replication");
  }

  private boolean isHealthy(RedisProcess node) {
    String info = node.command("CLUSTER", "INFO");
    List<String> table = table(node);
    return info.contains("cluster_state:ok")
        && info.contains("cluster_slots_ok:" + SLOTS)
        && info.contains("cluster_size:" + PRIMARIES)
        && table.size() == nodes.size()
        && table.stream().filter(line -> line.contains("slave")).count() == PRIMARIES
        && table.stream().noneMatch(line -> line.contains("fail") || line.contains("handshake"))
        && (isPrimary(node)
            || node.command("INFO", "replication").contains("master_link_status:up"));
  }

  private static void ok(String reply) {
    if (!reply.startsWith("+OK")) {
      throw new AssertionError(reply);
    }
  }

  private static List<String> table(RedisProcess node) {
    return node.command("CLUSTER", "NODES").lines().filter(line -> line.contains(" ")).toList();
  }

  private static String id(RedisProcess node) {
    return node.command("CLUSTER", "MYID").split("\r\n")[1];
  }

  private static boolean isPrimary(RedisProcess node) {
    return node.command("ROLE").contains("master");
  }

  /** Returns a URL with two of the nodes. */
  public String url() {
    return "redis://"
        + List.of(nodes.get(0), nodes.get(4)).stream()
            .map(node -> "127.0.0.1:" + node.port())
            .collect(Collectors.joining(","));
  }

  /** Returns all nodes. */
  public List<RedisProcess> nodes() {
    return List.copyOf(nodes);
  }

  /** Returns the nodes that are primaries now. */
  public List<RedisProcess> primaries() {
    return nodes.stream()
        .filter(RedisProcess::isRunning)
        .filter(RedisCluster::isPrimary)
        .filter(node -> !slots(node).isEmpty())
        .toList();
  }

  /** Returns the primary that has a slot. */
  public RedisProcess owner(int slot) {
    return primaries().stream()
        .filter(node -> slots(node).contains(slot))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody has slot " + slot));
  }

  /** Returns a replica of a primary. */
  public Optional<RedisProcess> replicaOf(RedisProcess primary) {
    String id = id(primary);
    return nodes.stream()
        .filter(RedisProcess::isRunning)
        .filter(node -> !isPrimary(node))
        .filter(
            node ->
                table(node).stream().anyMatch(line -> line.contains("myself") && line.contains(id)))
        .findFirst();
  }

  /**
   * Lets a replica take over, and waits for that.
   *
   * @param how nothing, {@code FORCE} or {@code TAKEOVER}
   */
  public void failover(RedisProcess primary, String... how) {
    RedisProcess replica = replicaOf(primary).orElseThrow();
    List<String> command = new ArrayList<>(List.of("CLUSTER", "FAILOVER"));
    command.addAll(List.of(how));
    ok(replica.command(command.toArray(String[]::new)));
    Await.until("a failover", () -> isPrimary(replica) && !isPrimary(primary));
  }

  /** Waits until a replica has become primary. */
  public void awaitPromotion(RedisProcess replica) {
    Await.until("a promotion", () -> isPrimary(replica) && !slots(replica).isEmpty());
  }

  /**
   * Moves a slot with all its keys to another primary, as redis-cli does.
   *
   * @param pauseMillis between two portions of keys
   */
  public void migrate(int slot, RedisProcess from, RedisProcess to, int pauseMillis) {
    ok(to.command("CLUSTER", "SETSLOT", "" + slot, "IMPORTING", id(from)));
    ok(from.command("CLUSTER", "SETSLOT", "" + slot, "MIGRATING", id(to)));
    for (List<String> keys = keysIn(from, slot); !keys.isEmpty(); keys = keysIn(from, slot)) {
      List<String> command =
          new ArrayList<>(List.of("MIGRATE", "127.0.0.1", "" + to.port(), "", "0", "5000", "KEYS"));
      command.addAll(keys);
      String reply = from.command(command.toArray(String[]::new));
      if (!reply.startsWith("+NOKEY")) { // they may have expired
        ok(reply);
      }
      LockSupport.parkNanos(pauseMillis * 1_000_000L);
    }
    ok(to.command("CLUSTER", "SETSLOT", "" + slot, "NODE", id(to)));
    ok(from.command("CLUSTER", "SETSLOT", "" + slot, "NODE", id(to)));
  }

  private static List<String> keysIn(RedisProcess node, int slot) {
    return node.command("CLUSTER", "GETKEYSINSLOT", "" + slot, "100")
        .lines()
        .filter(line -> !line.startsWith("*") && !line.startsWith("$"))
        .toList();
  }

  /** Returns the slots of a primary in which there are keys. */
  public List<Integer> filledSlots(RedisProcess primary) {
    return slots(primary).stream()
        .filter(slot -> !primary.command("CLUSTER", "COUNTKEYSINSLOT", "" + slot).startsWith(":0"))
        .toList();
  }

  private static List<Integer> slots(RedisProcess node) {
    List<Integer> slots = new ArrayList<>();
    for (String line : table(node)) {
      if (line.contains("myself")) {
        String[] words = line.split(" ");
        for (int i = 8; i < words.length; i++) {
          if (!words[i].startsWith("[")) {
            String[] range = words[i].split("-");
            int last = Integer.parseInt(range[range.length - 1]);
            for (int slot = Integer.parseInt(range[0]); slot <= last; slot++) {
              slots.add(slot);
            }
          }
        }
      }
    }
    return slots;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    nodes.forEach(RedisProcess::close);
  }
}
