package agentcore.core.backend.redis;

import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.cluster.Topology;
import java.util.BitSet;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The partitions of the keys, and the hash slots in which they are. */
final class Partitions {
  private final Keys keys;
  private final String id = UUID.randomUUID().toString();

  /** For each partition, the slot of all its keys and channels. */
  private final int[] slots;

  Partitions(Keys keys) {
    this.keys = keys;
    this.slots =
        IntStream.range(0, Keys.PARTITIONS)
            .map(partition -> Topology.slot(keys.index("", partition)))
            .toArray();
  }

  /** Returns all partitions. */
  static BitSet all() {
    BitSet all = new BitSet();
    all.set(0, Keys.PARTITIONS);
    return all;
  }

  /** Returns the partitions whose slots match. */
  BitSet in(IntPredicate matching) {
    BitSet found = new BitSet();
    IntStream.range(0, slots.length)
        .filter(partition -> matching.test(slots[partition]))
        .forEach(found::set);
    return found;
  }

  /** Returns the partitions whose primary is connected. */
  BitSet reachable(Router router) {
    return in(slot -> router.owner(slot).commands().isUp());
  }

  /** Returns a channel for the probes of this server that go through a primary. */
  Optional<String> probeChannel(IntPredicate slotsOfPrimary) {
    int first = in(slotsOfPrimary).nextSetBit(0);
    return first < 0 ? Optional.empty() : Optional.of(keys.probe(id, first));
  }
}
