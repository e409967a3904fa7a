package agentcore.core.backend.redis.link;

import agentcore.core.backend.redis.link.Failure.Recovery;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The current failures. Each is logged when it begins and again when it has been over for three
 * seconds, so that a link that is lost several times a second is one failure.
 */
public final class Health {
  private static final long QUIET_NANOS = Duration.ofSeconds(3).toNanos();

  /** A failure without a recovery is logged again after this time. */
  private static final long REMINDER_NANOS = Duration.ofMinutes(1).toNanos();

  private static final Logger LOG = System.getLogger(Health.class.getName());

  /** The connection that fails. */
  public enum Side {
    /** The connection for commands. */
    COMMANDS,
    /** The connection that receives messages. */
    PUB_SUB
  }

  /** A failure has ended when neither side has it. It is kept until its end is logged. */
  private static final class Ongoing {
    final Set<Side> sides = EnumSet.noneOf(Side.class);
    final long beganNanos;
    long loggedNanos;
    long endedNanos;

    Ongoing(long nowNanos) {
      beganNanos = nowNanos;
      loggedNanos = nowNanos;
    }
  }

  private final String server;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Failure, Ongoing> ongoing = new EnumMap<>(Failure.class);
  private volatile boolean refusesWrites;
  private volatile boolean lacksRights;

  /**
   * Creates the health of a server without failures.
   *
   * @param server its name in log lines
   */
  public Health(String server) {
    this(server, System::nanoTime);
  }

  Health(String server, LongSupplier nanoTime) {
    this.server = server;
    this.nanoTime = nanoTime;
  }

  /** Notes a failure of one side and returns it. */
  public Failure failed(Side side, JedisException error) {
    Failure failure = Failure.of(error);
    Level level = failure == Failure.UNEXPECTED ? Level.ERROR : Level.WARNING;
    LOG.log(
        begin(side, failure) ? level : Level.DEBUG,
        "{0} {1}: {2}",
        server,
        failure.text(),
        Reply.reason(error));
    return failure;
  }

  /** Returns whether the failure is to be logged. */
  private boolean begin(Side side, Failure failure) {
    long now = nanoTime.getAsLong();
    lock.lock();
    try {
      boolean isNew = !ongoing.containsKey(failure);
      Ongoing one = ongoing.computeIfAbsent(failure, f -> new Ongoing(now));
      one.sides.add(side);
      update();
      if (failure.recovery() == Recovery.NONE && now - one.loggedNanos >= REMINDER_NANOS) {
        one.loggedNanos = now;
        return true;
      }
      return isNew;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that some sides have recovered in this way. */
  public void ended(Recovery recovery, Side... sides) {
    lock.lock();
    try {
      ongoing.forEach(
          (failure, one) -> {
            boolean isLess = failure.recovery() == recovery && one.sides.removeAll(List.of(sides));
            if (isLess && one.sides.isEmpty()) {
              one.endedNanos = nanoTime.getAsLong();
            }
          });
      update();
    } finally {
      lock.unlock();
    }
  }

  /** Logs the end of each failure that has been over for long enough. To be called regularly. */
  public void reportEnded() {
    Map<Failure, Duration> ended = new EnumMap<>(Failure.class);
    lock.lock();
    try {
      ongoing.forEach(
          (failure, one) -> {
            if (one.sides.isEmpty() && nanoTime.getAsLong() - one.endedNanos >= QUIET_NANOS) {
              ended.put(failure, Duration.ofNanos(one.endedNanos - one.beganNanos));
            }
          });
      ongoing.keySet().removeAll(ended.keySet());
      update();
    } finally {
      lock.unlock();
    }
    ended.forEach(
        (failure, time) ->
            LOG.log(
                Level.WARNING,
                "{0} works again; \"{2}\" lasted {1} s",
                server,
                "" + Math.max(1, time.toSeconds()),
                failure.text()));
  }

  private void update() {
    refusesWrites =
        ongoing.keySet().stream().anyMatch(f -> f.recovery() == Recovery.WAIT_FOR_WRITES);
    Ongoing missing = ongoing.get(Failure.NOPERM);
    lacksRights = missing != null && !missing.sides.isEmpty();
  }

  /** Returns whether Redis refused writes within the last seconds. Does not block. */
  public boolean refusesWrites() {
    return refusesWrites;
  }

  /** Returns whether a right is missing. Does not block. */
  public boolean lacksRights() {
    return lacksRights;
  }
}
