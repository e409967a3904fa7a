package agentcore.core.group;

import agentcore.core.connection.Safely;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds the groups whose members lack entries because news was lost: compares each group with its
 * log every few seconds.
 */
final class GroupWatch {
  private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Logger LOG = System.getLogger(GroupWatch.class.getName());

  private final Groups groups;

  GroupWatch(Groups groups) {
    this.groups = groups;
  }

  /**
   * Compares every group with its log, one after the other. Then it requests a read of each log
   * whose news has still not arrived. While the store is unreachable, this takes long, but makes
   * only one call at a time. Only the first of several failures is reported.
   */
  void compareAll() {
    Map<Group, Long> ahead = new HashMap<>();
    int failed = 0;
    for (Group group : groups.all()) {
      try {
        long top = group.repair().compare();
        if (top > group.position().seq()) {
          ahead.put(group, top);
        }
      } catch (Throwable failure) {
        failed++;
        if (failed == 1) {
          Safely.report("comparing a group with its log", failure);
        }
      }
    }
    if (failed > 1) {
      LOG.log(Level.DEBUG, "{0} groups could not be compared with their logs", failed);
    }
    if (!ahead.isEmpty()) {
      LockSupport.parkNanos(OVERDUE_NANOS);
      ahead.forEach((group, top) -> group.repair().requireSeq(top));
    }
  }
}
