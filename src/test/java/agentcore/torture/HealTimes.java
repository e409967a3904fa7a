package agentcore.torture;

import agentcore.torture.History.Reader;
import agentcore.torture.History.Seen;
import agentcore.torture.History.Sight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How long it took, after a server's link worked again, until the readers of a room on it saw the
 * first message.
 */
record HealTimes(List<Duration> times) {
  /** Later, something else was in the way. */
  private static final long RELATED_NANOS = Duration.ofSeconds(5).toNanos();

  /** Measures each healing in each room, where anybody was there to see it. */
  static HealTimes of(List<History> histories, List<ClusterSaboteur.Healed> healings) {
    List<Duration> times = new ArrayList<>();
    for (History history : histories) {
      for (ClusterSaboteur.Healed healed : healings) {
        firstAfter(history, healed).ifPresent(times::add);
      }
    }
    Collections.sort(times);
    return new HealTimes(times);
  }

  private static Optional<Duration> firstAfter(History history, ClusterSaboteur.Healed healed) {
    long best = RELATED_NANOS;
    for (Reader reader : history.readers()) {
      for (Sight sight : reader.sights()) {
        if (sight instanceof Seen seen && seen.server() == healed.server()) {
          long nanos = seen.nanos() - healed.nanos();
          best = nanos > 0 && nanos < best ? nanos : best;
        }
      }
    }
    return best < RELATED_NANOS ? Optional.of(Duration.ofNanos(best)) : Optional.empty();
  }

  @Override
  public String toString() {
    return times.isEmpty()
        ? "no healing was seen"
        : String.format(
            "healed in %d ms (median of %d), %d ms at worst",
            times.get(times.size() / 2).toMillis(), times.size(), times.getLast().toMillis());
  }
}
