package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.PubSubLink;
import agentcore.core.backend.redis.link.RepeatingThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The periodic work of a server. One thread renews the lease and probes the messages. Another does
 * what may take longer: it checks whether failures are over, restores what Redis has lost, removes
 * dead servers and removes idle rooms. A step that fails does not keep the others from running.
 */
final class Upkeep implements AutoCloseable {
  private static final Duration MAX_SWEEP_PERIOD = Duration.ofSeconds(60);
  private static final Logger LOG = System.getLogger(Upkeep.class.getName());

  private final Lease lease;
  private final RedisPresence presence;
  private final RedisDirectory directory;
  private final PubSubLink pubSub;
  private final RecoveryCheck recovery;
  private final Duration leasePeriod;
  private final Duration chorePeriod;
  private final Duration sweepPeriod;
  private final AtomicBoolean mustReconcile = new AtomicBoolean();
  private final AtomicLong probeFailures = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final RepeatingThread leaseThread =
      new RepeatingThread("redis-lease", this::pauseAndRenew);
  private final RepeatingThread choreThread =
      new RepeatingThread("redis-upkeep", this::pauseAndWork);
  private boolean started;
  private long sweptNanos = System.nanoTime();

  /** When the last round began; initialised far in the past, so that no probe is due at first. */
  private long roundNanos = sweptNanos - Duration.ofDays(10_000).toNanos();

  /**
   * Creates the upkeep without starting it.
   *
   * @param period between two renewals of the lease, and between two probes
   */
  Upkeep(
      Lease lease,
      RedisPresence presence,
      RedisDirectory directory,
      PubSubLink pubSub,
      RecoveryCheck recovery,
      Duration period,
      Duration roomIdleTtl) {
    this.lease = lease;
    this.presence = presence;
    this.directory = directory;
    this.pubSub = pubSub;
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
    started = true;
    leaseThread.start();
    choreThread.start();
  }

  /** Writes the memberships again soon. Called after a reconnect. */
  void reconnected() {
    mustReconcile.set(true);
    leaseThread.wake();
    choreThread.wake();
  }

  private void pauseAndRenew() {
    leaseThread.pause(leasePeriod);
    if (!leaseThread.isClosed()) {
      attempt("checking for probes", pubSub::check);
      countMissingProbe();
      attempt("renewing the lease", this::renew);
    }
  }

  private void renew() {
    long sentNanos = System.nanoTime();
    Lease.Renewal renewal = lease.renew();
    if (renewal.wasRemoved()) {
      LOG.log(
          Level.WARNING,
          "Redis does not know this server, or other servers declared it dead; its members join"
              + " again");
      mustReconcile.set(true);
    }
    if (mustReconcile.get()) {
      choreThread.wake(); // it waits for the lease
    }
    if (renewal.probeReceivers() == 0) {
      pubSub.probeNotDelivered(sentNanos);
    }
  }

  /** A probe must arrive before the next is sent. */
  private void countMissingProbe() {
    long now = System.nanoTime();
    if (pubSub.probeAge().toNanos() > now - roundNanos) {
      probeFailures.incrementAndGet();
    }
    roundNanos = now;
  }

  /** Returns how many probes did not arrive in time. */
  long probeFailures() {
    return probeFailures.get();
  }

  private void pauseAndWork() {
    choreThread.pause(chorePeriod);
    if (!choreThread.isClosed()) {
      attempt("checking for recovery", recovery::run);
      attempt("writing the memberships again", this::reconcile);
      if (lease.isSteady()) {
        attempt("restoring lost memberships", presence::restoreLost);
      }
      for (String server : lease.dead()) {
        if (lease.isHeld()) { // else what this server knows about others is outdated
          attempt("removing a dead server", () -> presence.reap(server));
        }
      }
      attempt("removing idle rooms", this::sweep);
    }
  }

  private void reconcile() {
    if (presence.takeAbandoned()) {
      mustReconcile.set(true);
    }
    if (lease.isHeld() && mustReconcile.getAndSet(false)) {
      try {
        presence.reconcile();
      } catch (Throwable failed) {
        mustReconcile.set(true);
        throw failed;
      }
    }
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
      attempt("giving the lease back", () -> presence.reap(lease.server()));
    }
  }
}
