package agentcore.torture;

import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says whether a run was as promised. */
final class Verdict {
  private static final int SHOWN = 10;

  private Verdict() {}

  /**
   * Checks all histories.
   *
   * @param run what the run was: its seed and what happened
   * @throws AssertionError with the first findings
   */
  static void of(String run, List<History> histories, Queue<String> problems) {
    List<String> all =
        Stream.concat(
                problems.stream(),
                histories.stream()
                    .flatMap(history -> HistoryChecker.check(history).stream())
                    .map(Finding::toString))
            .toList();
    if (!all.isEmpty()) {
      String first = all.stream().limit(SHOWN).collect(Collectors.joining("\n  "));
      throw new AssertionError(all.size() + " findings in " + run + "\nthe first:\n  " + first);
    }
  }
}
