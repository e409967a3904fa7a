package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.Call;
import agentcore.core.backend.redis.link.Channels;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.RedisClock;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.RepeatingThread;
import agentcore.core.backend.redis.link.Reply;
import agentcore.core.backend.redis.link.Script;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntPredicate;
import redis.clients.jedis.Protocol.Command;

/**
 * Sends each command to the primary that has its key. One thread refreshes the slot map every
 * second, and immediately after a failure.
 */
public final class Router implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /**
   * The pause after each refresh, since one event causes many failures; and the retry period while
   * slots in use could not be moved.
   */
  private static final Duration SHORT_PERIOD = Duration.ofMillis(30);

  private final RedisUrl url;
  private final Primaries primaries;
  private final Function<IntPredicate, Optional<String>> probes;
  private final Channels channels;
  private final RepeatingThread thread =
      new RepeatingThread("redis-topology", this::pauseAndRefresh);
  private volatile Optional<TopologySource> source = Optional.empty();
  private volatile boolean refreshRequested;
  private boolean allSlotsPlaced = true;

  /** Learns which slots may have other contents. Must not block. */
  @FunctionalInterface
  public interface SlotListener {
    /** The primary of these slots has reconnected, or they moved to another primary. */
    void changed(BitSet slots);
  }

  /**
   * Creates a router that is not connected.
   *
   * @param probes returns a probe channel of this server in one of the matching slots; empty if
   *     there is none
   * @param probeTimeout a connection that receives no message for that long is closed
   */
  public Router(
      RedisUrl url,
      Function<IntPredicate, Optional<String>> probes,
      Duration probeTimeout,
      Channels channels,
      SlotListener listener) {
    this.url = url;
    this.probes = probes;
    this.channels = channels;
    this.primaries = new Primaries(probeTimeout, channels, listener, this::refreshSoon);
  }

  /**
   * Finds the primaries and connects for commands.
   *
   * @param key a key whose primary must be reached
   * @throws BackendException if it cannot be reached, or the store does not fit the URL
   */
  public void start(String key) {
    TopologySource found = TopologySource.of(url);
    Topology topology = found.askFirst(url);
    source = Optional.of(found);
    primaries.begin(topology);
    primaries.awaitConnected(Topology.slot(key));
  }

  /** Connects for messages, and starts the thread that refreshes the slot map. */
  public void startChannels() {
    primaries.all().forEach(this::ensureProbe);
    thread.start();
  }

  /** Connects to a primary for messages, if it has a slot for a probe channel. */
  private void ensureProbe(Primary primary) {
    IntPredicate isHere = slot -> primary.equals(primaries.owner(slot));
    Optional<String> probe = primary.messages().probeChannel();
    if (probe.filter(channel -> isHere.test(Topology.slot(channel))).isEmpty()) {
      probes.apply(isHere).ifPresent(primary.messages()::probeOn);
    }
  }

  private void refreshSoon() {
    refreshRequested = true;
    thread.wake();
  }

  private void pauseAndRefresh() {
    if (!refreshRequested) {
      thread.pause(allSlotsPlaced ? PERIOD : SHORT_PERIOD);
    }
    refreshRequested = false;
    if (thread.isClosed()) {
      return;
    }
    allSlotsPlaced = false;
    List<CommandLink> links = primaries.all().stream().map(Primary::commands).toList();
    Optional<Topology> topology = source.orElseThrow().ask(links);
    allSlotsPlaced = topology.isEmpty() || primaries.follow(topology.get());
    primaries.all().forEach(this::ensureProbe);
    channels.follow();
    topology.ifPresent(primaries::retire); // after its channels have moved
    thread.pause(SHORT_PERIOD);
  }

  /** Returns all primaries. */
  public List<Primary> primaries() {
    return primaries.all();
  }

  /** Returns the primary that has a slot. */
  public Primary owner(int slot) {
    return primaries.owner(slot);
  }

  /** Returns the primary that has a key. */
  public Primary primary(String key) {
    return primaries.owner(Topology.slot(key));
  }

  /**
   * Runs a command, whose first argument is its key, and waits for its reply.
   *
   * @throws BackendException if the reply is late or an error
   */
  public Object call(Command command, Object... arguments) {
    return Reply.await(submit(command, arguments));
  }

  /**
   * Runs a script, whose keys are all in one slot, and waits for its reply.
   *
   * @throws BackendException if the reply is late or an error
   */
  public Object call(Script script, List<String> keys, Object... arguments) {
    return Reply.await(submit(script, keys, arguments));
  }

  /** Queues a command, whose first argument is its key; {@link Reply#await} returns the reply. */
  public CompletableFuture<Object> submit(Command command, Object... arguments) {
    return submit(Call.of(Topology.slot(arguments[0].toString()), command, arguments));
  }

  /** Queues a script, whose keys are all in one slot; {@link Reply#await} returns the reply. */
  public CompletableFuture<Object> submit(Script script, List<String> keys, Object... arguments) {
    return submit(Call.of(Topology.slot(keys.getFirst()), script, keys, arguments));
  }

  private CompletableFuture<Object> submit(Call call) {
    primaries.submit(call);
    return call.reply();
  }

  /**
   * Returns the time, on the clock of the key's primary, by which a caller that starts now will
   * have given up.
   */
  public long deadlineMillis(String key) {
    RedisClock clock = primary(key).commands().clock();
    return clock.deadlineMillis();
  }

  @Override
  public void close() {
    thread.close();
    primaries.close();
  }
}
