package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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

  /** Groups that wait for the news of what this server published: few, of however many. */
  private final Queue<Group> awaiting = new ConcurrentLinkedQueue<>();

  private final Thread behind = Thread.ofVirtual().name("groups-behind").unstarted(this::watch);
  private final Thread compare = Thread.ofVirtual().name("groups-compare").unstarted(this::compare);
  private volatile boolean closed;

  GroupWatch(Groups groups) {
    this.groups = groups;
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
      try {
        awaiting.removeIf(group -> !group.isStillAwaiting(BEHIND_NANOS));
      } catch (Throwable defect) {
        LOG.log(Level.ERROR, "looking after the groups failed", defect);
      }
    }
  }

  private void compare() {
    while (!closed) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(COMPARE_NANOS, COMPARE_NANOS * 2));
      try {
        groups.rooms().stream().filter(Group::compare).forEach(this::await);
      } catch (BackendException away) {
        LOG.log(Level.DEBUG, "comparing waits for the store: {0}", away.getMessage());
      } catch (Throwable defect) {
        LOG.log(Level.ERROR, "comparing with the log failed", defect);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(behind);
    LockSupport.unpark(compare);
  }
}
