package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.redis.link.Login;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.Reply;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Which primary has which hash slot. A store without a cluster has one primary for all. */
public final class Topology {
  /** The number of hash slots (Redis Cluster specification). */
  public static final int SLOTS = 16_384;

  private final Set<Node> primaries = new LinkedHashSet<>();
  private final Set<Node> replicas = new LinkedHashSet<>();

  /** For each slot, its primary; null if it has none. */
  private final Node[] owners = new Node[SLOTS];

  private Topology() {}

  /** Returns the topology of a store with one primary. */
  static Topology of(Node primary) {
    Topology one = new Topology();
    one.own(primary, 0, SLOTS - 1);
    return one;
  }

  /**
   * Reads the reply to CLUSTER SLOTS.
   *
   * @param asked the node that replied; it may name itself, or all nodes, without a host
   */
  static Topology ofSlots(Object reply, Node asked) {
    Topology read = new Topology();
    for (Object each : Reply.list(reply)) {
      List<?> range = Reply.list(each);
      read.own(node(range.get(2), asked), number(range.get(0)), number(range.get(1)));
      for (Object replica : range.subList(3, range.size())) {
        read.replicas.add(node(replica, asked));
      }
    }
    return read;
  }

  private void own(Node primary, int firstSlot, int lastSlot) {
    primaries.add(primary);
    Arrays.fill(owners, firstSlot, lastSlot + 1, primary);
  }

  private static int number(Object reply) {
    return ((Long) reply).intValue();
  }

  private static Node node(Object reply, Node asked) {
    List<?> fields = Reply.list(reply);
    String host = fields.get(0) == null ? "" : Reply.text(fields.get(0));
    return at(new HostAndPort(host, number(fields.get(1))), asked);
  }

  /** Returns the node at an address that {@code asked} reported, perhaps without the host. */
  static Node at(HostAndPort reported, Node asked) {
    boolean isHostless = reported.getHost().isEmpty() || reported.getHost().equals("?");
    String host = isHostless ? asked.address().getHost() : reported.getHost();
    Login login = asked.login();
    return new Node(new HostAndPort(host, reported.getPort()), login);
  }

  /** Returns the hash slot of a key or channel. */
  public static int slot(String name) {
    return JedisClusterCRC16.getSlot(name);
  }

  /** Returns the primary of a slot; empty if it has none. */
  public Optional<Node> owner(int slot) {
    return Optional.ofNullable(owners[slot]);
  }

  /** Returns the primaries that have slots. */
  public List<Node> primaries() {
    return List.copyOf(primaries);
  }

  /** Returns the replicas. */
  public List<Node> replicas() {
    return List.copyOf(replicas);
  }

  /** Returns how many slots have a primary. */
  public int covered() {
    return (int) Arrays.stream(owners).filter(Objects::nonNull).count();
  }
}
