package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.redis.link.Login;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Which primary has which hash slot. A store without a cluster has one primary for all. */
public final class Topology {
  /** The number of hash slots (Redis Cluster specification). */
  public static final int SLOTS = 16_384;

  private static final int NONE = -1;

  private final List<Node> primaries = new ArrayList<>();
  private final List<Node> replicas = new ArrayList<>();

  /** For each slot, the index of its primary in {@link #primaries}. */
  private final int[] owners = new int[SLOTS];

  private Topology() {
    Arrays.fill(owners, NONE);
  }

  /** Returns the topology of a store with one primary. */
  static Topology of(Node primary) {
    Topology one = new Topology();
    one.primaries.add(primary);
    Arrays.fill(one.owners, 0);
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
      int primary = read.place(node(range.get(2), asked));
      Arrays.fill(read.owners, number(range.get(0)), number(range.get(1)) + 1, primary);
      for (Object replica : range.subList(3, range.size())) {
        Node node = node(replica, asked);
        if (!read.replicas.contains(node)) {
          read.replicas.add(node);
        }
      }
    }
    return read;
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

  private int place(Node node) {
    int place = primaries.indexOf(node);
    if (place >= 0) {
      return place;
    }
    primaries.add(node);
    return primaries.size() - 1;
  }

  /** Returns the hash slot of a key or channel. */
  public static int slot(String name) {
    return JedisClusterCRC16.getSlot(name);
  }

  /** Returns the primary of a slot; empty if it has none. */
  public Optional<Node> owner(int slot) {
    return owners[slot] == NONE ? Optional.empty() : Optional.of(primaries.get(owners[slot]));
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
    return (int) Arrays.stream(owners).filter(place -> place != NONE).count();
  }
}
