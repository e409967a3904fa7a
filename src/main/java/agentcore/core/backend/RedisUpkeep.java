package agentcore.core.backend;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Protocol.Command;

/**
 * What a server does for itself and the others once a period: renews its lease, probes its
 * subscriber, reaps the dead, and sweeps the idle rooms.
 *
 * <p>Nobody reaps within a lease's time after its own link came back: after a pause of Redis all
 * leases are void, and everybody would declare everybody dead.
 */
final class RedisUpkeep implements AutoCloseable {
  private static final Duration MAX_SWEEP = Duration.ofSeconds(60);
  private static final Logger LOG = System.getLogger(RedisUpkeep.class.getName());

  private final RedisLink link;
  private final RedisLease lease;
  private final RedisPresence presence;
  private final RedisDirectory directory;
  private final RedisSubscriber subscriber;
  private final String probeChannel;
  private final Duration period;
  private final Duration sweepPeriod;
  private final AtomicBoolean reconcile = new AtomicBoolean();
  private final AtomicLong probeFailures = new AtomicLong();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("redis-upkeep").unstarted(this::run);
  private long sweptNanos = System.nanoTime();
  private Optional<Long> roundNanos = Optional.empty();
  private volatile boolean closed;

  RedisUpkeep(
      RedisLink link,
      RedisLease lease,
      RedisPresence presence,
      RedisDirectory directory,
      RedisSubscriber subscriber,
      String probeChannel,
      Duration period,
      Duration roomIdleTtl) {
    this.link = link;
    this.lease = lease;
    this.presence = presence;
    this.directory = directory;
    this.subscriber = subscriber;
    this.probeChannel = probeChannel;
    this.period = period;
    Duration quarter = roomIdleTtl.dividedBy(4);
    this.sweepPeriod = quarter.compareTo(MAX_SWEEP) < 0 ? quarter : MAX_SWEEP;
  }

  void start() {
    lease.beat();
    thread.start();
  }

  /** Has the memberships written again, soon: the link came back. */
  void reconnected() {
    reconcile.set(true);
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(Math.min(period.toNanos(), sweepPeriod.toNanos()));
      try {
        subscriber.check();
        if (!closed) {
          countUnheard();
          work();
        }
      } catch (BackendException away) {
        LOG.log(Level.DEBUG, "upkeep waits for Redis: {0}", away.getMessage());
      } catch (RuntimeException defect) {
        LOG.log(Level.ERROR, "the upkeep of Redis failed", defect);
      }
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

  private void work() {
    RedisLease.Beat beat = lease.beat();
    link.call(Command.PUBLISH, probeChannel, "1");
    if (beat.wasReaped()) {
      LOG.log(Level.WARNING, "other servers took this one for dead; its members join again");
    }
    if (beat.wasReaped() || presence.takeStrays()) {
      reconcile.set(true);
    }
    if (reconcile.getAndSet(false)) {
      try {
        presence.reconcile();
      } catch (BackendException unfinished) {
        reconcile.set(true);
        throw unfinished;
      }
    }
    beat.dead().forEach(presence::reap);
    if (System.nanoTime() - sweptNanos >= sweepPeriod.toNanos()) {
      sweptNanos = System.nanoTime();
      directory.sweep(sweepPeriod);
    }
  }

  /** Gives the lease back, so that nobody has to wait until it is void. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      presence.reap(lease.server());
    } catch (BackendException away) {
      LOG.log(Level.DEBUG, "the lease is left to expire: {0}", away.getMessage());
    }
  }
}
