package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One primary, which sentinels watch and replace. All sentinels are asked each time, since events
 * can be missed. The answer with the highest configuration epoch counts: for some seconds after a
 * failover, sentinels name different primaries.
 */
final class Sentinels implements TopologySource {
  private static final int TIMEOUT_MILLIS = 400;
  private static final Logger LOG = System.getLogger(Sentinels.class.getName());

  private final RedisUrl url;
  private final String master;
  private volatile String lastFailure = "";

  /** A sentinel's answer. */
  private record View(long epoch, HostAndPort primary) {}

  Sentinels(RedisUrl url, String master) {
    this.url = url;
    this.master = master;
  }

  @Override
  public Optional<Topology> ask(Collection<CommandLink> links) {
    return url.sentinels().stream()
        .flatMap(sentinel -> ask(sentinel).stream())
        .max(Comparator.comparingLong(View::epoch))
        .map(view -> Topology.of(new Node(view.primary(), url.login())));
  }

  private Optional<View> ask(Node sentinel) {
    try (Connection connection = sentinel.connectAnyRole(TIMEOUT_MILLIS)) {
      connection.sendCommand(Command.SENTINEL, "MASTER", master);
      Map<String, String> fields = Reply.map(connection.getObjectMultiBulkReply());
      return Optional.of(
          new View(
              Long.parseLong(fields.getOrDefault("config-epoch", "0")),
              new HostAndPort(
                  fields.getOrDefault("ip", ""),
                  Integer.parseInt(fields.getOrDefault("port", "0")))));
    } catch (JedisException | NumberFormatException e) {
      lastFailure = ": " + Reply.reason(e);
      LOG.log(Level.DEBUG, "{0} does not report {1}: {2}", sentinel, master, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public String lastFailure() {
    return lastFailure;
  }

  @Override
  public String kind() {
    return "the primary that sentinels call " + master;
  }
}
