package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.Node.Hello;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What a store consists of, found by asking its servers.
 *
 * @param kind a description, such as {@code "a cluster"}
 * @param topology its primaries, replicas and slots
 */
public record Survey(String kind, Topology topology) {
  /**
   * Asks the servers of a URL for the topology.
   *
   * @throws BackendException if no server answers, or they do not match the URL
   */
  public static Survey of(RedisUrl url) {
    TopologySource source = TopologySource.of(url);
    return new Survey(source.kind(), source.askFirst(url));
  }

  /**
   * Returns a description, one line for the store and one for each server.
   *
   * @throws BackendException if a server has a version that is too old
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        kind
            + ": "
            + topology.covered()
            + " of "
            + Topology.SLOTS
            + " hash slots covered by "
            + topology.primaries().size()
            + " primaries, "
            + topology.replicas().size()
            + " replicas");
    Stream.concat(topology.primaries().stream(), topology.replicas().stream())
        .map(Survey::line)
        .forEach(lines::add);
    return lines;
  }

  private static String line(Node node) {
    try (Connection connection = node.connectAnyRole()) {
      Hello hello = Hello.of(connection);
      TopologySource.checkVersion(node, hello);
      String role = hello.isReplica() ? "replica" : "primary";
      return node + ": " + role + ", " + hello.software() + ' ' + hello.version();
    } catch (JedisException e) {
      return node + ": not reachable: " + Reply.reason(e);
    }
  }
}
