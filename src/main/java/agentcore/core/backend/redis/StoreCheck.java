package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.cluster.Topology;
import agentcore.core.backend.redis.cluster.TopologySource;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/** Checks whether a store has everything that a server needs. */
final class StoreCheck {
  private final RedisUrl url;
  private final Keys keys;
  private final Partitions partitions;

  StoreCheck(RedisUrl url, Keys keys) {
    this.url = url;
    this.keys = keys;
    this.partitions = new Partitions(keys);
  }

  /**
   * Connects to every server of the store, and describes what was found.
   *
   * @throws BackendException that names what is missing, after some seconds at most
   */
  List<String> report() {
    TopologySource source = TopologySource.of(url);
    Topology topology = source.askFirst(url);
    Set<String> missing = new TreeSet<>();
    for (Node primary : topology.primaries()) {
      IntPredicate isHere = slot -> topology.owner(slot).equals(Optional.of(primary));
      missing.addAll(missingRights(primary, isHere));
    }
    throwIfMissing(missing);
    if (topology.covered() < Topology.SLOTS) {
      throw new BackendException(
          url.server()
              + " serves only "
              + topology.covered()
              + " of "
              + Topology.SLOTS
              + " hash slots");
    }
    return source.describe(topology);
  }

  /**
   * Checks the rights at one primary.
   *
   * @param slots the slots of the primary
   * @throws BackendException that names the missing rights
   */
  void checkRights(Node primary, IntPredicate slots) {
    throwIfMissing(missingRights(primary, slots));
  }

  private void throwIfMissing(Set<String> missing) {
    if (!missing.isEmpty()) {
      throw new BackendException(
          url.server() + " does not give its user these rights: " + String.join(" ", missing));
    }
  }

  private Set<String> missingRights(Node primary, IntPredicate slots) {
    int partition = partitions.in(slots).nextSetBit(0);
    if (partition < 0) {
      return Set.of();
    }
    try (Connection connection = primary.connect()) {
      return Permissions.missing(keys, partition, connection);
    } catch (JedisException e) {
      throw new BackendException(primary.server() + " cannot be used: " + Reply.reason(e), e);
    }
  }
}
