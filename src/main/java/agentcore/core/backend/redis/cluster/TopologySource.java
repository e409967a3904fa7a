package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.Node.Hello;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/** Asks the store for its topology. */
@FunctionalInterface
public interface TopologySource {
  /** The oldest major version with sharded pub/sub. */
  int MIN_VERSION = 7;

  /**
   * Queries the topology once. Blocks.
   *
   * @param links to the known primaries
   * @return empty if no server answers
   */
  Optional<Topology> ask(Collection<CommandLink> links);

  /**
   * Queries the topology for the first time. Blocks.
   *
   * @throws BackendException if no server reports a primary
   */
  default Topology askFirst(RedisUrl url) {
    return ask(List.of())
        .filter(topology -> !topology.primaries().isEmpty())
        .orElseThrow(
            () -> new BackendException(url.server() + " reports no primary" + lastFailure()));
  }

  /** Returns {@code ": "} and the reason why the last request failed, or an empty string. */
  default String lastFailure() {
    return "";
  }

  /** Returns a description of the store, such as {@code "a cluster"}. */
  default String kind() {
    return "one primary";
  }

  /**
   * Asks each server of a topology for its role and version. Blocks.
   *
   * @return a line for the store and one for each server
   * @throws BackendException if a server has a version that is too old
   */
  default List<String> describe(Topology topology) {
    List<Node> servers = new ArrayList<>(topology.primaries());
    servers.addAll(topology.replicas());
    List<String> lines = new ArrayList<>();
    lines.add(
        kind()
            + ": "
            + topology.covered()
            + " of "
            + Topology.SLOTS
            + " hash slots covered by "
            + topology.primaries().size()
            + " primaries, "
            + topology.replicas().size()
            + " replicas");
    servers.forEach(node -> lines.add(describe(node)));
    return lines;
  }

  private static String describe(Node node) {
    try (Connection connection = node.connectAnyRole()) {
      Hello hello = Hello.of(connection);
      checkVersion(node, hello);
      String role = hello.isReplica() ? "replica" : "primary";
      return node + ": " + role + ", " + hello.software() + ' ' + hello.version();
    } catch (JedisException e) {
      return node + ": not reachable: " + Reply.reason(e);
    }
  }

  /**
   * Asks the servers of a URL what kind of store they are.
   *
   * @throws BackendException if no server answers, or they do not match the URL
   */
  static TopologySource of(RedisUrl url) {
    if (url.master().isPresent()) {
      return new Sentinels(url, url.master().get());
    }
    BackendException unreachable = new BackendException("no address");
    for (Node node : url.nodes()) {
      try (Connection connection = node.connectAnyRole()) {
        return of(url, node, Hello.of(connection));
      } catch (JedisException e) {
        if (String.valueOf(e.getMessage()).contains("not allowed in cluster mode")) {
          throw new BackendException(node.server() + " is a cluster, which only has database 0", e);
        }
        unreachable =
            new BackendException(node.server() + " is not reachable: " + Reply.reason(e), e);
      }
    }
    throw unreachable;
  }

  private static TopologySource of(RedisUrl url, Node node, Hello hello) {
    checkVersion(node, hello);
    if (hello.isOfCluster()) {
      return new ClusterNodes(url.nodes());
    }
    if (url.nodes().size() > 1) {
      throw new BackendException(
          node.server() + " is not a node of a cluster, but the URL has several hosts");
    }
    Optional<Topology> always = Optional.of(Topology.of(node));
    return links -> always;
  }

  private static void checkVersion(Node node, Hello hello) {
    String major = hello.version().split("\\.", 2)[0];
    if (major.matches("[0-9]{1,9}") && Integer.parseInt(major) < MIN_VERSION) {
      throw new BackendException(
          node.server()
              + " has version "
              + hello.version()
              + ", but AgentCore needs Redis 7 or newer, or Valkey 8 or newer");
    }
  }
}
