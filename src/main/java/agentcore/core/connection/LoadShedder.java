package agentcore.core.connection;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Closes peers while the {@link SendBudget} is exceeded: first the stuck ones, those with most
 * bytes first, and then, if that was not enough, the others in the same order. So a peer that reads
 * does not pay for peers that do not.
 *
 * <p>Peers that are closing already are not candidates. The bytes that their last writes still hold
 * are free soon, and do not count as excess.
 */
final class LoadShedder {
  /** A peer that has accepted nothing for this time is stuck. */
  static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SendBudget budget;
  private final Collection<? extends SendBudget.Peer> connections;
  private final Collection<? extends SendBudget.Peer> httpPeers;

  /** At most one thread runs at a time, and none while the budget is not exceeded. */
  private final AtomicBoolean isRunning = new AtomicBoolean();

  private record Candidate(SendBudget.Peer peer, boolean isStuck, long bytes) {
    static Candidate of(SendBudget.Peer peer) {
      return new Candidate(peer, peer.isStuck(STUCK_NANOS), peer.pendingBytes());
    }
  }

  LoadShedder(
      SendBudget budget,
      Collection<? extends SendBudget.Peer> connections,
      Collection<? extends SendBudget.Peer> httpPeers) {
    this.budget = budget;
    this.connections = connections;
    this.httpPeers = httpPeers;
  }

  /** Starts on another thread: the caller may hold an outbox's lock. Never blocks nor throws. */
  void start() {
    if (!isRunning.get()
        && isRunning.compareAndSet(false, true)
        && !Safely.run(
            "starting the load shedder",
            () -> Thread.ofVirtual().name("load-shedder").start(this::run))) {
      isRunning.set(false); // the next charge tries again
    }
  }

  private void run() {
    try {
      boolean ended = true;
      while (ended && (budget.excess() > 0 || budget.shortage() > 0)) {
        ended = endSome();
      }
    } finally {
      isRunning.set(false);
    }
  }

  private boolean endSome() {
    boolean ended = false;
    for (Candidate candidate : candidates()) {
      boolean isExceeded = budget.excess() > 0;
      if (isExceeded || (candidate.isStuck() && budget.shortage() > 0)) {
        ended |= Safely.run("closing a slow peer", () -> candidate.peer().end());
      } else if (!candidate.isStuck()) {
        return ended;
      }
    }
    return ended;
  }

  private List<Candidate> candidates() {
    return Stream.concat(connections.stream(), httpPeers.stream())
        .map(Candidate::of)
        .filter(candidate -> candidate.bytes() > 0)
        .sorted(
            Comparator.comparing(Candidate::isStuck).thenComparingLong(Candidate::bytes).reversed())
        .toList();
  }
}
