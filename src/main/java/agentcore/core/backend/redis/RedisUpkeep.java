package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a server does for itself and the others once a period. One thread renews its lease and
 * probes its subscriber. Another does what may take longer: it looks for what Redis has lost, reaps
 * the dead, sweeps the idle rooms, and finds out whether a trouble is over.
 */
final class RedisUpkeep implements AutoCloseable {
  private static final Duration MAX_SWEEP = Duration.ofSeconds(60);
  private static final Logger LOG = System.getLogger(RedisUpkeep.class.getName());

  private final RedisLease lease;
  private final RedisPresence presence;
  private final RedisDirectory directory;
  private final RedisSubscriber subscriber;
  private final RedisDoctor doctor;
  private final Duration beatPeriod;
  private final Duration chorePeriod;
  private final Duration sweepPeriod;
  private final AtomicBoolean reconcile = new AtomicBoolean();
  private final AtomicLong probeFailures = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Loop beats = new Loop("redis-lease", this::beatAndPause);
  private final Loop chores = new Loop("redis-upkeep", this::workAndPause);
  private volatile Set<String> dead = Set.of();
  private boolean started;
  private long sweptNanos = System.nanoTime();
  private Optional<Long> roundNanos = Optional.empty();

  RedisUpkeep(
      RedisLease lease,
      RedisPresence presence,
      RedisDirectory directory,
      RedisSubscriber subscriber,
      RedisDoctor doctor,
      Duration period,
      Duration roomIdleTtl) {
    this.lease = lease;
    this.presence = presence;
    this.directory = directory;
    this.subscriber = subscriber;
    this.doctor = doctor;
    Duration quarter = roomIdleTtl.dividedBy(4);
    this.sweepPeriod = quarter.compareTo(MAX_SWEEP) < 0 ? quarter : MAX_SWEEP;
    this.beatPeriod = period;
    this.chorePeriod = sweepPeriod.compareTo(period) < 0 ? sweepPeriod : period;
  }

  /**
   * Takes a lease and begins.
   *
   * @throws BackendException if the store grants no lease
   */
  void start() {
    beat();
    started = true;
    beats.start();
    chores.start();
  }

  /** Has the memberships written again, soon: the link came back. */
  void reconnected() {
    reconcile.set(true);
    beats.wake();
    chores.wake();
  }

  private void beatAndPause() {
    beats.pause(beatPeriod);
    if (!beats.isClosed()) {
      attempt("to check the subscriber", subscriber::check);
      countUnheard();
      attempt("to renew the lease", this::beat);
    }
  }

  private void beat() {
    long sentNanos = System.nanoTime();
    RedisLease.Beat beat = lease.beat();
    dead = Set.copyOf(beat.dead());
    if (reconcile.get()) {
      chores.wake(); // it waited for the lease
    }
    if (beat.wasReaped()) {
      LOG.log(
          Level.WARNING,
          "Redis does not know this server any more, or others took it for dead; its members join again");
      reconcile.set(true);
      chores.wake();
    }
    if (beat.heard() == 0) {
      subscriber.unheard(sentNanos);
    }
  }

  /** What goes out in one round is heard before the next. */
  private void countUnheard() {
    long now = System.nanoTime();
    long echoNanos = subscriber.echoAge().toNanos();
    if (roundNanos.isPresent() && echoNanos > now - roundNanos.get()) {
      probeFailures.incrementAndGet();
    }
    roundNanos = Optional.of(now);
  }

  /** Returns how many rounds there were whose probe was not heard. */
  long probeFailures() {
    return probeFailures.get();
  }

  private void workAndPause() {
    chores.pause(chorePeriod);
    if (!chores.isClosed()) {
      attempt("to look whether a trouble is over", doctor::look);
      attempt("to write the memberships again", this::reconcile);
      if (lease.isSteady()) {
        attempt("to look for lost memberships", presence::restoreSome);
      }
      for (String server : dead) {
        if (lease.isHeld()) { // else what this server knew of the others is old
          attempt("to remove a dead server's members", () -> presence.reap(server));
        }
      }
      attempt("to remove idle rooms", this::sweep);
    }
  }

  private void reconcile() {
    if (presence.takeStrays()) {
      reconcile.set(true);
    }
    if (lease.isHeld() && reconcile.getAndSet(false)) {
      boolean done = false;
      try {
        presence.reconcile();
        done = true;
      } finally {
        if (!done) {
          reconcile.set(true);
        }
      }
    }
  }

  private void sweep() {
    if (System.nanoTime() - sweptNanos >= sweepPeriod.toNanos()) {
      sweptNanos = System.nanoTime();
      directory.sweep(sweepPeriod);
    }
  }

  /** Each step is for itself: where one fails, the others are done all the same. */
  private static void attempt(String what, Runnable step) {
    try {
      step.run();
    } catch (BackendException away) {
      LOG.log(Level.DEBUG, "{0} waits for Redis: {1}", what, away.getMessage());
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, "the upkeep of Redis failed " + what, defect);
    }
  }

  /** Gives the lease back, so that nobody has to wait until it is void. Idempotent. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    beats.close();
    chores.close();
    if (started) {
      attempt("to give the lease back", () -> presence.reap(lease.server()));
    }
  }
}
