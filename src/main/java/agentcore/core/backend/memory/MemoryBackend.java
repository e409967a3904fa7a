package agentcore.core.backend.memory;

import agentcore.core.backend.Accounts;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Directory;
import agentcore.core.backend.Log;
import agentcore.core.backend.Presence;
import agentcore.core.backend.TokenBuckets;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The backend of a single process: everything is in memory and lost at a restart.
 *
 * <p>Several servers in one process may share an instance, as tests do. {@link BackendLimits}
 * bounds the memory; a background thread removes what has expired.
 */
public final class MemoryBackend implements Backend {
  private static final long MIN_SWEEP_MILLIS = 50;
  private static final long MAX_SWEEP_MILLIS = 30_000;

  /** What is kept with the users takes an eighth of what the logs may take, beside it. */
  private static final int ACCOUNT_SHARE = 8;

  private static final Logger LOG = System.getLogger(MemoryBackend.class.getName());

  private final MemoryLogs logs;
  private final MemoryPresence presence;
  private final MemoryDirectory directory;
  private final MemoryAccounts accounts;
  private final Thread sweeper;
  private volatile boolean closed;

  /** Creates an empty backend. */
  public MemoryBackend(BackendLimits limits) {
    this(limits, Clock.systemUTC(), System::nanoTime);
  }

  /** Creates an empty backend with clocks that a test controls. */
  public MemoryBackend(BackendLimits limits, Clock clock, LongSupplier nanoTime) {
    Subscribers subscribers = new Subscribers();
    logs = new MemoryLogs(subscribers, limits, nanoTime);
    presence = new MemoryPresence(subscribers, logs::top, limits.presenceLimit(), clock, nanoTime);
    directory = new MemoryDirectory(presence, logs, limits);
    long accountBytes = limits.historyBytes() / ACCOUNT_SHARE;
    accounts = new MemoryAccounts(subscribers, limits.inboxTtl(), accountBytes, nanoTime);
    Duration period = sweepPeriod(limits);
    sweeper = Thread.ofVirtual().name("memory-sweeper").unstarted(() -> sweepEvery(period));
  }

  private static Duration sweepPeriod(BackendLimits limits) {
    Duration shortest =
        Collections.min(List.of(limits.historyTtl(), limits.inboxTtl(), limits.roomIdleTtl()));
    return Duration.ofMillis(
        Math.clamp(shortest.toMillis() / 4, MIN_SWEEP_MILLIS, MAX_SWEEP_MILLIS));
  }

  /** Starts the sweeper. Further calls have no effect, since servers may share an instance. */
  @Override
  public void start() {
    if (sweeper.getState() == Thread.State.NEW) {
      sweeper.start();
    }
  }

  private void sweepEvery(Duration period) {
    while (!closed) {
      LockSupport.parkNanos(period.toNanos());
      try {
        sweep();
      } catch (Throwable defect) {
        LOG.log(Level.ERROR, "a sweep failed", defect);
      }
    }
  }

  void sweep() {
    directory.sweep();
    logs.sweep();
  }

  long logBytes() {
    return logs.totalBytes();
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public boolean isDelivering() {
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(sweeper);
  }

  @Override
  public Log log() {
    return logs;
  }

  @Override
  public Presence presence() {
    return presence;
  }

  @Override
  public Directory directory() {
    return directory;
  }

  @Override
  public Accounts accounts() {
    return accounts;
  }

  /** Grants every request: the only server's own buckets decide. */
  @Override
  public TokenBuckets tokens() {
    return (user, tokens, rate) -> new TokenBuckets.Grant(tokens, Duration.ZERO);
  }
}
