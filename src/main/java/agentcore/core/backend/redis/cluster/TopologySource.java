package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.Node.Hello;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/** Finds out which primaries there are. */
sealed interface TopologySource permits OneNode, ClusterNodes, Sentinels {
  /** The oldest major version with sharded pub/sub. */
  int MIN_VERSION = 7;

  /**
   * Asks once. Blocks.
   *
   * @param links of the primaries that are known
   * @return empty if nobody answers
   */
  Optional<Topology> ask(Collection<CommandLink> links);

  /**
   * Asks for the first time. Blocks.
   *
   * @throws BackendException if nobody names a primary
   */
  default Topology askFirst(RedisUrl url) {
    return ask(List.of())
        .filter(told -> !told.primaries().isEmpty())
        .orElseThrow(
            () -> new BackendException(url.server() + " names no primary" + lastFailure()));
  }

  /** Returns why the last server that was asked did not answer, after a colon; or nothing. */
  default String lastFailure() {
    return "";
  }

  /** Returns what kind of store it is, as the beginning of a sentence. */
  String kind();

  /**
   * Asks the servers of a URL what they are.
   *
   * @throws BackendException if none answers, or they do not fit the URL
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
    return new OneNode(node);
  }

  /**
   * Checks the version.
   *
   * @throws BackendException if it is too old
   */
  static void checkVersion(Node node, Hello hello) {
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
