package agentcore.torture;

import agentcore.torture.history.History;
import agentcore.torture.history.History.Observation;
import agentcore.torture.history.History.Reader;
import agentcore.torture.history.History.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Measures how long it took, after a server's link recovered, until a reader on that server
 * received the first message. An interval that overlaps another fault of the same server, its link
 * or Redis is ignored. Thread-safe.
 */
final class RecoveryTimes {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Recovery> recoveries = new ArrayList<>();
  private final List<Fault> ongoing = new ArrayList<>();

  private static final class Recovery {
    final int server;
    final long sinceNanos = System.nanoTime();
    long untilNanos = Long.MAX_VALUE;

    Recovery(int server) {
      this.server = server;
    }
  }

  /** Records the start of a fault. */
  void began(Fault fault) {
    lock.lock();
    try {
      ongoing.add(fault);
      recoveries.stream()
          .filter(recovery -> fault.concerns(recovery.server))
          .filter(recovery -> recovery.untilNanos == Long.MAX_VALUE)
          .forEach(recovery -> recovery.untilNanos = System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /** Records the end of a fault. */
  void ended(Fault fault) {
    lock.lock();
    try {
      ongoing.remove(fault);
      int server = fault.target();
      if (fault.kind().isOutageOfLink()
          && ongoing.stream().noneMatch(other -> other.concerns(server))) {
        recoveries.add(new Recovery(server));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Formats the median and the maximum over all recoveries in all rooms. */
  String in(List<History> histories) {
    List<Duration> times = new ArrayList<>();
    lock.lock();
    try {
      for (History history : histories) {
        recoveries.forEach(recovery -> firstSeen(history, recovery).ifPresent(times::add));
      }
    } finally {
      lock.unlock();
    }
    Collections.sort(times);
    return times.isEmpty()
        ? "no recovery was measured"
        : String.format(
            "recovered in %d ms (median of %d), %d ms at most",
            times.get(times.size() / 2).toMillis(), times.size(), times.getLast().toMillis());
  }

  private static Optional<Duration> firstSeen(History history, Recovery recovery) {
    long best = Long.MAX_VALUE;
    for (Reader reader : history.readers()) {
      for (Observation observation : reader.observations()) {
        if (observation instanceof Seen seen
            && seen.server() == recovery.server
            && seen.nanos() - recovery.sinceNanos > 0) {
          best = Math.min(best, seen.nanos());
          break;
        }
      }
    }
    return best < recovery.untilNanos
        ? Optional.of(Duration.ofNanos(best - recovery.sinceNanos))
        : Optional.empty();
  }
}
