package agentcore.core.connection;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Ends peers while too much waits to be sent to all of them: first those that take nothing, the one
 * with the most bytes first; then, if that was not enough, the others in the same order. So a peer
 * that reads does not pay for those that do not.
 *
 * <p>Peers that are ending already are not candidates. What their last writes still hold is free
 * soon, and is not counted as excess.
 *
 * <p>One thread at a time does this, and there is none while there is nothing to do.
 */
final class Relief {
  /** A peer that took nothing for this time does not read. */
  static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Logger LOG = System.getLogger(Relief.class.getName());

  private final SendBudget budget;
  private final Collection<? extends Recipient> connections;
  private final Collection<? extends Recipient> answers;
  private final PendingThread thread = new PendingThread();

  private record Candidate(Recipient peer, boolean isStuck, long bytes) {
    static Candidate of(Recipient peer) {
      return new Candidate(peer, peer.isStuck(STUCK_NANOS), peer.pendingBytes());
    }
  }

  Relief(
      SendBudget budget,
      Collection<? extends Recipient> connections,
      Collection<? extends Recipient> answers) {
    this.budget = budget;
    this.connections = connections;
    this.answers = answers;
  }

  /** Begins on another thread: the caller may hold an outbox's lock. Never blocks nor throws. */
  void start() {
    try {
      thread.start("relief", this::run);
    } catch (Throwable defect) { // no memory for a thread, perhaps: the next charge tries again
      LOG.log(Level.ERROR, "no thread to end slow peers", defect);
    }
  }

  private void run() {
    try {
      boolean ended = true;
      while (ended && (budget.excess() > 0 || budget.shortage() > 0)) {
        ended = endSome();
      }
    } finally {
      thread.began(); // only now: one search at a time is enough
    }
  }

  private boolean endSome() {
    boolean ended = false;
    for (Candidate candidate : candidates()) {
      boolean isTooMuch = budget.excess() > 0;
      if (isTooMuch || (candidate.isStuck() && budget.shortage() > 0)) {
        ended |= end(candidate.peer());
      } else if (!candidate.isStuck()) {
        return ended;
      }
    }
    return ended;
  }

  private List<Candidate> candidates() {
    return Stream.concat(connections.stream(), answers.stream())
        .map(Candidate::of)
        .filter(candidate -> candidate.bytes() > 0)
        .sorted(
            Comparator.comparing(Candidate::isStuck).thenComparingLong(Candidate::bytes).reversed())
        .toList();
  }

  private static boolean end(Recipient peer) {
    try {
      peer.end();
      return true;
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, "a slow peer could not be ended", defect);
      return false;
    }
  }
}
