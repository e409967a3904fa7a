package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.Call;
import agentcore.core.backend.redis.link.Channels;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Health;
import agentcore.core.backend.redis.link.LinkListener;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.PubSubLink;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import redis.clients.jedis.HostAndPort;

/**
 * The primaries, and which of them has which hash slot. A store without a cluster has one primary,
 * which has all slots.
 *
 * <p>Invariant: each slot belongs to one primary, and to the queue of its link. It moves with all
 * calls that wait for it, under one lock, so that the calls of one caller keep their order wherever
 * the slot goes, and no primary is given up while it receives slots.
 */
final class Primaries implements AutoCloseable {
  /** A longer exchange with a node that is no longer a primary is cut. */
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private static final Logger LOG = System.getLogger(Primaries.class.getName());

  private final Duration probeTimeout;
  private final Channels channels;
  private final Router.SlotListener listener;
  private final Runnable onFailure;
  private final ReentrantLock moving = new ReentrantLock();
  private final Map<Node, Primary> primaries = new ConcurrentHashMap<>();
  private final AtomicReferenceArray<Primary> owners = new AtomicReferenceArray<>(Topology.SLOTS);
  private boolean isClosed;

  /**
   * Creates an empty map of slots.
   *
   * @param probeTimeout a connection that receives no message for that long is closed
   * @param onFailure runs when a primary is unreachable, or does not have the slots that it should
   *     have; must not block
   */
  Primaries(
      Duration probeTimeout, Channels channels, Router.SlotListener listener, Runnable onFailure) {
    this.probeTimeout = probeTimeout;
    this.channels = channels;
    this.listener = listener;
    this.onFailure = onFailure;
  }

  /** Returns all primaries. */
  List<Primary> all() {
    return List.copyOf(primaries.values());
  }

  /** Returns the primary that has a slot. */
  Primary owner(int slot) {
    return owners.get(slot);
  }

  /** Returns the slots of a primary. */
  BitSet slots(Primary primary) {
    BitSet slots = new BitSet();
    for (int slot = 0; slot < Topology.SLOTS; slot++) {
      slots.set(slot, primary.equals(owners.get(slot)));
    }
    return slots;
  }

  /** Submits a call to the primary that has its slot. */
  void submit(Call call) {
    if (!owners.get(call.slot()).commands().submit(call)) {
      moving.lock(); // the slot is being given to another link
      try {
        boolean unused = owners.get(call.slot()).commands().submit(call);
      } finally {
        moving.unlock();
      }
    }
  }

  /**
   * Follows a topology: gives slots to the primaries that it names.
   *
   * @return whether all slots are at their primaries; if not, call this again soon
   */
  boolean follow(Topology topology) {
    moving.lock();
    try {
      Set<Node> named = new HashSet<>(topology.primaries());
      named.forEach(this::at);
      boolean isDone = true;
      for (Primary from : all()) {
        Map<Primary, BitSet> moved = elsewhere(from, topology);
        if (!named.contains(from.node())) {
          from.commands().cutIfSilentFor(PATIENCE);
        }
        isDone &= handOver(from, moved);
      }
      return isDone;
    } finally {
      moving.unlock();
    }
  }

  /** Closes the primaries that a topology does not name, if they have no slots. */
  void retire(Topology topology) {
    moving.lock();
    try {
      for (Primary former : all()) {
        boolean isNamed = topology.primaries().contains(former.node());
        if (!isNamed && slots(former).isEmpty()) {
          LOG.log(Level.INFO, "{0} is no longer a primary", former);
          primaries.remove(former.node());
          former.close();
        }
      }
    } finally {
      moving.unlock();
    }
  }

  /** Returns the slots of a primary that the topology gives to others, by their new primary. */
  private Map<Primary, BitSet> elsewhere(Primary from, Topology topology) {
    Map<Primary, BitSet> moved = new HashMap<>();
    for (int slot = 0; slot < Topology.SLOTS; slot++) {
      if (from.equals(owners.get(slot))) {
        Optional<Node> owner = topology.owner(slot);
        if (owner.isPresent() && !owner.get().equals(from.node())) {
          moved.computeIfAbsent(at(owner.get()), p -> new BitSet()).set(slot);
        }
      }
    }
    return moved;
  }

  /**
   * Gives all slots to their first owners. Slots without an owner go to any primary, which refuses
   * them.
   */
  void begin(Topology topology) {
    moving.lock();
    try {
      Primary any = at(topology.primaries().getFirst());
      for (int slot = 0; slot < Topology.SLOTS; slot++) {
        owners.set(slot, topology.owner(slot).map(this::at).orElse(any));
      }
      all().forEach(primary -> primary.commands().adopt(slots(primary), List.of()));
    } finally {
      moving.unlock();
    }
  }

  /** Returns the primary at a node, and creates it if it is new. */
  private Primary at(Node node) {
    Primary known = primaries.get(node);
    if (known != null) {
      return known;
    }
    LOG.log(Level.DEBUG, "connecting to {0}", node);
    long clockOffset =
        all().stream()
            .filter(other -> other.commands().isUp())
            .findFirst()
            .map(other -> other.commands().clock().offsetMillis())
            .orElse(0L);
    Health health = new Health(node.server());
    Events events = new Events();
    Primary created =
        new Primary(
            health,
            new CommandLink(node, health, clockOffset, events),
            new PubSubLink(node, health, probeTimeout, channels, onFailure));
    events.primary = Optional.of(created);
    primaries.put(node, created);
    if (isClosed) {
      created.close();
    } else {
      created.commands().start();
    }
    return created;
  }

  /** Gives slots away with their waiting calls, unless calls are being exchanged. */
  private boolean handOver(Primary from, Map<Primary, BitSet> moved) {
    BitSet all = new BitSet();
    moved.values().forEach(all::or);
    if (all.isEmpty()) {
      return true;
    }
    Optional<List<Call>> released = from.commands().release(all);
    if (released.isEmpty()) {
      return false;
    }
    moved.forEach(
        (to, slots) ->
            to.commands()
                .adopt(
                    slots,
                    released.get().stream().filter(call -> slots.get(call.slot())).toList()));
    moved.forEach((to, slots) -> slots.stream().forEach(slot -> owners.set(slot, to)));
    LOG.log(
        Level.DEBUG,
        "{0} gave {1} slots to {2}",
        from,
        all.cardinality(),
        List.copyOf(moved.keySet()));
    listener.changed(all);
    return true;
  }

  /** Passes on the events of a primary's link. */
  private final class Events implements LinkListener {
    private volatile Optional<Primary> primary = Optional.empty();

    @Override
    public void reconnected() {
      primary.ifPresent(self -> listener.changed(slots(self)));
    }

    @Override
    public void misled() {
      primary.map(Primary::messages).ifPresent(PubSubLink::reconnect);
    }

    @Override
    public void failed() {
      onFailure.run();
    }

    @Override
    public void moved(Map<Integer, HostAndPort> slots) {
      primary.ifPresent(self -> giveAway(self, slots));
    }
  }

  private void giveAway(Primary from, Map<Integer, HostAndPort> targets) {
    moving.lock();
    try {
      Map<Primary, BitSet> moved = new HashMap<>();
      targets.forEach(
          (slot, address) -> {
            Node node = Topology.at(address, from.node());
            if (!node.equals(from.node()) && from.equals(owners.get(slot))) {
              moved.computeIfAbsent(at(node), p -> new BitSet()).set(slot);
            }
          });
      boolean unused = handOver(from, moved);
    } finally {
      moving.unlock();
    }
  }

  /**
   * Waits until a connection to each primary has been attempted.
   *
   * @throws BackendException if the one that has {@code slot} cannot be reached
   */
  void awaitConnected(int slot) {
    List<Primary> others = new ArrayList<>(all());
    Primary home = owner(slot);
    others.remove(home);
    home.commands().awaitConnected();
    for (Primary other : others) {
      try {
        other.commands().awaitConnected();
      } catch (BackendException away) {
        LOG.log(Level.WARNING, away.getMessage());
      }
    }
  }

  /** Closes all connections. Idempotent. */
  @Override
  public void close() {
    moving.lock();
    try {
      isClosed = true;
      all().forEach(Primary::close);
    } finally {
      moving.unlock();
    }
  }
}
