package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.RepeatingThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;

/**
 * The periodic work of a server. One thread renews the lease and probes the messages. Another does
 * the work that may take longer: it checks whether failures have ended, restores what Redis has
 * lost, removes dead servers and removes idle rooms. A step that fails does not stop the others,
 * and an unreachable primary does not stop the work at the other primaries.
 */
final class Upkeep implements AutoCloseable {
  private static final Duration MAX_SWEEP_PERIOD = Duration.ofSeconds(60);
  private static final Logger LOG = System.getLogger(Upkeep.class.getName());

  private final Router router;
  private final Partitions partitions;
  private final Lease lease;
  private final RedisPresence presence;
  private final RedisDirectory directory;
  private final Probes probes;
  private final RecoveryCheck recovery;
  private final Duration leasePeriod;
  private final Duration chorePeriod;
  private final Duration sweepPeriod;

  /** Partitions whose memberships must be written again. */
  private final Set<Integer> changed = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final RepeatingThread leaseThread =
      new RepeatingThread("redis-lease", this::pauseAndRenew);
  private final RepeatingThread choreThread =
      new RepeatingThread("redis-upkeep", this::pauseAndWork);
  private boolean started;
  private long sweptNanos = System.nanoTime();

  /**
   * Creates the upkeep without starting it.
   *
   * @param period between two renewals of the lease, and between two probes
   */
  Upkeep(
      Router router,
      Partitions partitions,
      Lease lease,
      RedisPresence presence,
      RedisDirectory directory,
      Probes probes,
      RecoveryCheck recovery,
      Duration period,
      Duration roomIdleTtl) {
    this.router = router;
    this.partitions = partitions;
    this.lease = lease;
    this.presence = presence;
    this.directory = directory;
    this.probes = probes;
    this.recovery = recovery;
    Duration quarter = roomIdleTtl.dividedBy(4);
    this.sweepPeriod = quarter.compareTo(MAX_SWEEP_PERIOD) < 0 ? quarter : MAX_SWEEP_PERIOD;
    this.leasePeriod = period;
    this.chorePeriod = sweepPeriod.compareTo(period) < 0 ? sweepPeriod : period;
  }

  /**
   * Takes a lease and starts the threads.
   *
   * @throws BackendException if Redis grants no lease
   */
  void start() {
    renew();
    probes.send();
    started = true;
    leaseThread.start();
    choreThread.start();
  }

  /** Requests that the memberships in these slots are written again soon. */
  void changed(IntPredicate slots) {
    changed(partitions.in(slots));
    leaseThread.wake();
    choreThread.wake();
  }

  private void changed(BitSet some) {
    some.stream().forEach(changed::add);
  }

  private void pauseAndRenew() {
    leaseThread.pause(leasePeriod);
    if (!leaseThread.isClosed()) {
      attempt("checking for probes", probes::check);
      attempt("sending probes", probes::send);
      attempt("renewing the lease", this::renew);
    }
  }

  private void renew() {
    if (lease.renew()) {
      LOG.log(
          Level.WARNING,
          "Redis does not know this server, or other servers declared it dead; its members join"
              + " again");
      changed(Partitions.all());
    }
    if (!changed.isEmpty()) {
      choreThread.wake(); // it waits for the lease
    }
  }

  private void pauseAndWork() {
    choreThread.pause(chorePeriod);
    if (!choreThread.isClosed()) {
      attempt("checking for recovery", recovery::run);
      attempt("writing the memberships again", this::reconcile);
      BitSet reachable = partitions.reachable(router);
      if (lease.isSteady()) {
        attempt("restoring lost memberships", () -> presence.restoreLost(reachable));
      }
      for (String server : lease.dead()) {
        if (lease.isHeld()) { // otherwise its list of dead servers is outdated
          attempt("removing a dead server", () -> presence.reap(server, reachable));
        }
      }
      attempt("removing idle rooms", this::sweep);
    }
  }

  private void reconcile() {
    if (presence.takeAbandoned()) {
      changed(Partitions.all());
    }
    BitSet due = lease.isHeld() ? takeChanged() : new BitSet();
    if (!due.isEmpty()) {
      try {
        presence.reconcile(due);
      } catch (Throwable failed) {
        changed(due);
        throw failed;
      }
    }
  }

  /** Takes the changed partitions whose primary is reachable. */
  private BitSet takeChanged() {
    BitSet due = new BitSet();
    partitions.reachable(router).stream().filter(changed::remove).forEach(due::set);
    return due;
  }

  private void sweep() {
    if (System.nanoTime() - sweptNanos >= sweepPeriod.toNanos()) {
      sweptNanos = System.nanoTime();
      directory.sweep(sweepPeriod);
    }
  }

  private static void attempt(String what, Runnable step) {
    try {
      step.run();
    } catch (BackendException away) {
      LOG.log(Level.DEBUG, "{0} waits for Redis: {1}", what, away.getMessage());
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, what + " failed", defect);
    }
  }

  /** Gives the lease back, so that other servers need not wait until it is void. Idempotent. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    leaseThread.close();
    choreThread.close();
    if (started) {
      attempt(
          "giving the lease back",
          () -> presence.reap(lease.server(), partitions.reachable(router)));
    }
  }
}
