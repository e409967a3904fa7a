package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A Redis Cluster. All primaries are asked at the same time, and the answer with the highest epoch
 * counts: a node that is cut off from the others keeps its old view.
 */
final class ClusterNodes implements TopologySource {
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final Pattern EPOCH = Pattern.compile("cluster_current_epoch:([0-9]+)");
  private static final Logger LOG = System.getLogger(ClusterNodes.class.getName());

  private final Set<Node> known;
  private volatile String lastFailure = "";

  /** A node's answer: whether it sees a working cluster, the epoch of its view, and the slots. */
  private record View(boolean isOk, long epoch, Topology topology) {
    static View of(Object info, Object slots, Node asked) {
      String text = Reply.text(info);
      Matcher epoch = EPOCH.matcher(text);
      return new View(
          text.contains("cluster_state:ok"),
          epoch.find() ? Long.parseLong(epoch.group(1)) : 0,
          Topology.ofSlots(slots, asked));
    }
  }

  ClusterNodes(List<Node> seeds) {
    known = new LinkedHashSet<>(seeds);
  }

  @Override
  public Optional<Topology> ask(Collection<CommandLink> links) {
    List<View> views = fromLinks(links);
    if (views.isEmpty()) {
      views = fromNewConnections();
    }
    Optional<Topology> newest =
        views.stream()
            .filter(view -> !view.topology().primaries().isEmpty())
            .max(Comparator.comparing(View::isOk).thenComparingLong(View::epoch))
            .map(View::topology);
    newest.ifPresent(
        topology -> {
          known.addAll(topology.primaries());
          known.addAll(topology.replicas());
        });
    return newest;
  }

  private static List<View> fromLinks(Collection<CommandLink> links) {
    record Asked(Node node, CompletableFuture<Object> info, CompletableFuture<Object> slots) {}

    List<Asked> asked =
        links.stream()
            .filter(CommandLink::isUp)
            .map(
                link ->
                    new Asked(
                        link.node(),
                        link.submitHere(Command.CLUSTER, "INFO"),
                        link.submitHere(Command.CLUSTER, "SLOTS")))
            .toList();
    long startNanos = System.nanoTime();
    List<View> views = new ArrayList<>();
    for (Asked each : asked) {
      Duration left = TIMEOUT.minusNanos(System.nanoTime() - startNanos);
      Duration rest = left.isNegative() ? Duration.ZERO : left;
      try {
        views.add(
            View.of(Reply.await(each.info(), rest), Reply.await(each.slots(), rest), each.node()));
      } catch (BackendException away) {
        LOG.log(Level.DEBUG, "{0} does not report the slots: {1}", each.node(), away.getMessage());
      }
    }
    return views;
  }

  private List<View> fromNewConnections() {
    for (Node node : known) {
      try (Connection connection = node.connectAnyRole((int) TIMEOUT.toMillis())) {
        connection.sendCommand(Command.CLUSTER, "INFO");
        Object info = connection.getOne();
        connection.sendCommand(Command.CLUSTER, "SLOTS");
        return List.of(View.of(info, connection.getOne(), node));
      } catch (JedisException away) {
        lastFailure = ": " + Reply.reason(away);
        LOG.log(Level.DEBUG, "{0} does not report the slots: {1}", node, away.getMessage());
      }
    }
    return List.of();
  }

  @Override
  public String lastFailure() {
    return lastFailure;
  }

  @Override
  public String kind() {
    return "a cluster";
  }
}
