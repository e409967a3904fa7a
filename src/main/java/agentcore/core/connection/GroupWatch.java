package agentcore.core.connection;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds the groups that were not told everything, since news is only a hint: at once those behind
 * what this server published itself, and every few seconds all others, one after the other.
 */
final class GroupWatch implements AutoCloseable {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long COMPARE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private static final Logger LOG = System.getLogger(GroupWatch.class.getName());

  private final Groups groups;
  private final List<Workers> workers;

  /** Groups that wait for the news of what this server published: few, of however many. */
  private final Queue<Group> awaiting = new ConcurrentLinkedQueue<>();

  private final Thread behind = Thread.ofVirtual().name("groups-behind").unstarted(this::watch);
  private final Thread compare = Thread.ofVirtual().name("groups-compare").unstarted(this::compare);
  private volatile boolean closed;

  /**
   * Makes a watch.
   *
   * @param workers woken regularly, in case a thread for them could not be started
   */
  GroupWatch(Groups groups, List<Workers> workers) {
    this.groups = groups;
    this.workers = workers;
  }

  /** Looks after a group until the news of something that was published has come. */
  void await(Group group) {
    awaiting.add(group);
  }

  void start() {
    behind.start();
    compare.start();
  }

  private void watch() {
    while (!closed) {
      LockSupport.parkNanos(TICK_NANOS);
      Safely.run("looking after the groups", this::lookAfterAll);
    }
  }

  /** Looks once at every group that waits for news. */
  void lookAfterAll() {
    awaiting.removeIf(group -> !isStillAwaiting(group));
    for (Workers each : workers) {
      Safely.run("starting a worker", each::wake);
    }
  }

  /** A group that fails is left to the next comparison. */
  private static boolean isStillAwaiting(Group group) {
    try {
      return group.isStillAwaiting(BEHIND_NANOS);
    } catch (Throwable failure) {
      Safely.report("looking after a group", failure);
      return false;
    }
  }

  private void compare() {
    while (!closed) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(COMPARE_NANOS, COMPARE_NANOS * 2));
      Safely.run("comparing with the logs", this::compareAll);
    }
  }

  /**
   * Compares every group with its log, one after the other. While the store is away this takes
   * long, and costs the store one call at a time. Of several failures the first is reported.
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
    if (group.compare()) {
      await(group);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(behind);
    LockSupport.unpark(compare);
  }
}
