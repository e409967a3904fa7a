package agentcore.torture;

import agentcore.torture.History.Reader;
import agentcore.torture.History.Seen;
import agentcore.torture.History.Sight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How long it took, after a server's link worked again, until the readers of a room on it saw the
 * first message. Only what nothing else disturbed counts: no other fault of that server, its link
 * or Redis from the healing to the message. Safe for all threads.
 */
final class HealTimes {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Healing> healings = new ArrayList<>();
  private final List<Fault> ongoing = new ArrayList<>();

  private static final class Healing {
    final int server;
    final long sinceNanos = System.nanoTime();
    long untilNanos = Long.MAX_VALUE;

    Healing(int server) {
      this.server = server;
    }
  }

  /** Notes that a fault has begun. */
  void began(Fault fault) {
    lock.lock();
    try {
      ongoing.add(fault);
      healings.stream()
          .filter(healing -> fault.concerns(healing.server))
          .filter(healing -> healing.untilNanos == Long.MAX_VALUE)
          .forEach(healing -> healing.untilNanos = System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /** Notes that a fault is over. */
  void ended(Fault fault) {
    lock.lock();
    try {
      ongoing.remove(fault);
      int server = fault.target();
      if (fault.kind().isOutageOfLink()
          && ongoing.stream().noneMatch(other -> other.concerns(server))) {
        healings.add(new Healing(server));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Says how long it took, in the middle and at worst, over all healings in all rooms. */
  String in(List<History> histories) {
    List<Duration> times = new ArrayList<>();
    lock.lock();
    try {
      for (History history : histories) {
        healings.forEach(healing -> firstSeen(history, healing).ifPresent(times::add));
      }
    } finally {
      lock.unlock();
    }
    Collections.sort(times);
    return times.isEmpty()
        ? "no healing was seen"
        : String.format(
            "healed in %d ms (median of %d), %d ms at worst",
            times.get(times.size() / 2).toMillis(), times.size(), times.getLast().toMillis());
  }

  private static Optional<Duration> firstSeen(History history, Healing healing) {
    long best = Long.MAX_VALUE;
    for (Reader reader : history.readers()) {
      for (Sight sight : reader.sights()) {
        if (sight instanceof Seen seen
            && seen.server() == healing.server
            && seen.nanos() - healing.sinceNanos > 0) {
          best = Math.min(best, seen.nanos());
          break;
        }
      }
    }
    return best < healing.untilNanos
        ? Optional.of(Duration.ofNanos(best - healing.sinceNanos))
        : Optional.empty();
  }
}
