package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.MessageListener;
import agentcore.core.backend.redis.link.PubSubLink;
import agentcore.core.backend.redis.link.WantedChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntPredicate;

/** Subscriptions, each at the primary that has the slot of the channel. */
final class ChannelRouter {
  private final Primaries primaries;
  private final Function<IntPredicate, Optional<String>> probes;
  private final Duration probeTimeout;
  private final MessageListener listener;
  private final Runnable onFailure;
  private final ReentrantLock routing = new ReentrantLock();

  ChannelRouter(
      Primaries primaries,
      Function<IntPredicate, Optional<String>> probes,
      Duration probeTimeout,
      MessageListener listener,
      Runnable onFailure) {
    this.primaries = primaries;
    this.probes = probes;
    this.probeTimeout = probeTimeout;
    this.listener = listener;
    this.onFailure = onFailure;
  }

  /**
   * Subscribes to a channel and waits for the confirmation.
   *
   * @throws BackendException if it is not confirmed in time
   */
  void subscribe(String channel) {
    PubSubLink link;
    WantedChannel wanted;
    routing.lock();
    try {
      link =
          holder(channel)
              .or(() -> link(channel))
              .orElseThrow(() -> new BackendException("no primary delivers " + channel));
      wanted = link.subscribe(channel);
    } finally {
      routing.unlock();
    }
    link.await(wanted);
  }

  private Optional<PubSubLink> link(String channel) {
    return primaries.owner(Topology.slot(channel)).messages();
  }

  /** Ends a subscription. */
  void unsubscribe(String channel) {
    routing.lock();
    try {
      holder(channel).ifPresent(link -> link.unsubscribe(channel));
    } finally {
      routing.unlock();
    }
  }

  /**
   * Returns the link that has the channel. While a slot moves, that may be its former primary's.
   */
  private Optional<PubSubLink> holder(String channel) {
    return primaries.all().stream()
        .flatMap(primary -> primary.messages().stream())
        .filter(link -> link.channels().contains(channel))
        .findFirst();
  }

  /** Moves each channel to the primary that has its slot now. */
  void follow() {
    routing.lock();
    try {
      primaries.all().forEach(this::ensureProbe);
      for (Primary from : primaries.all()) {
        from.messages().ifPresent(this::giveAway);
      }
      primaries.all().forEach(primary -> primary.messages().ifPresent(PubSubLink::regain));
    } finally {
      routing.unlock();
    }
  }

  /**
   * Gives away the channels whose slots other primaries have, if those have a link for messages.
   */
  private void giveAway(PubSubLink from) {
    Map<String, PubSubLink> targets = new HashMap<>();
    for (String channel : from.channels()) {
      link(channel).filter(to -> to != from).ifPresent(to -> targets.put(channel, to));
    }
    Map<String, WantedChannel> released = from.release(targets.keySet());
    targets.forEach(
        (channel, to) -> {
          WantedChannel wanted = released.get(channel);
          if (wanted != null) {
            to.adopt(channel, wanted);
          }
        });
  }

  /** Connects to a primary for messages, if it has a slot for a probe channel. */
  private void ensureProbe(Primary primary) {
    IntPredicate isHere = slot -> primaries.owner(slot) == primary;
    Optional<PubSubLink> link = primary.messages();
    if (link.isPresent() && isHere.test(Topology.slot(link.get().probeChannel()))) {
      return;
    }
    Optional<String> probe = probes.apply(isHere);
    if (link.isPresent()) {
      probe.ifPresent(link.get()::probeOn);
    } else if (probe.isPresent()) {
      PubSubLink created =
          new PubSubLink(
              primary.node(), primary.health(), probe.get(), probeTimeout, listener, onFailure);
      primary.messages(created);
      created.start();
    }
  }
}
