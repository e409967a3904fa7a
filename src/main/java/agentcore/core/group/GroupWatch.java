package agentcore.core.group;

import agentcore.core.connection.Safely;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds the groups whose members lack entries, because news may be lost: soon where this server
 * published an entry itself, and every few seconds by comparing each group with its log.
 */
final class GroupWatch implements AutoCloseable {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long COMPARE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private static final Logger LOG = System.getLogger(GroupWatch.class.getName());

  private final Groups groups;

  /** Groups that await the news of an entry that this server published: usually few. */
  private final Queue<Group> awaiting = new ConcurrentLinkedQueue<>();

  private final Thread awaiter = Thread.ofVirtual().name("groups-behind").unstarted(this::watch);
  private final Thread comparer =
      Thread.ofVirtual().name("groups-compare").unstarted(this::compare);
  private volatile boolean closed;

  GroupWatch(Groups groups) {
    this.groups = groups;
  }

  /** Watches a group until the news of a published entry has arrived. */
  void await(Group group) {
    awaiting.add(group);
  }

  void start() {
    awaiter.start();
    comparer.start();
  }

  private void watch() {
    while (!closed) {
      LockSupport.parkNanos(TICK_NANOS);
      Safely.run("checking the groups that await news", this::checkAwaiting);
    }
  }

  /** Checks once every group that awaits news. */
  void checkAwaiting() {
    awaiting.removeIf(group -> !isStillAwaiting(group));
    groups.wakeWorkers();
  }

  /** A group that fails is left to the next comparison. */
  private static boolean isStillAwaiting(Group group) {
    try {
      return group.follower().isStillAwaiting(OVERDUE_NANOS);
    } catch (Throwable failure) {
      Safely.report("checking a group that awaits news", failure);
      return false;
    }
  }

  private void compare() {
    while (!closed) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(COMPARE_NANOS, COMPARE_NANOS * 2));
      Safely.run("comparing the groups with their logs", this::compareAll);
    }
  }

  /**
   * Compares every group with its log, one after the other. While the store is away this takes
   * long, but makes only one call at a time. Only the first of several failures is reported.
   */
  void compareAll() {
    int failed = 0;
    for (Group group : groups.rooms()) {
      if (closed) {
        return;
      }
      try {
        compare(group);
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
  }

  private void compare(Group group) {
    if (group.repair().compare()) {
      await(group);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(awaiter);
    LockSupport.unpark(comparer);
  }
}
