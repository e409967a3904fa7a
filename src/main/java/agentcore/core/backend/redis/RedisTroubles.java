package agentcore.core.backend.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The troubles with Redis that last: each kind is logged when it begins and when it ends, however
 * often it shows meanwhile.
 */
final class RedisTroubles {
  /** A trouble that comes and goes within this time is one trouble. */
  private static final long QUIET_NANOS = Duration.ofSeconds(3).toNanos();

  /** A trouble that nothing ends is logged again after this time. */
  private static final long REMINDER_NANOS = Duration.ofMinutes(1).toNanos();

  private static final Logger LOG = System.getLogger(RedisTroubles.class.getName());

  /** Which connection has a trouble. */
  enum Side {
    /** The one for the commands. */
    COMMANDS,
    /** The one for the news. */
    NEWS
  }

  private static final class Lasting {
    final long beganNanos = System.nanoTime();
    long seenNanos = beganNanos;
    long loggedNanos = beganNanos;
    final Set<Side> sides = new HashSet<>(2);
  }

  private final RedisAddress address;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<RedisTrouble, Lasting> lasting = new EnumMap<>(RedisTrouble.class);
  private volatile boolean refusesWrites;
  private volatile boolean lacksRights;

  RedisTroubles(RedisAddress address) {
    this.address = address;
  }

  /** Notes a failure. Returns what it means. */
  RedisTrouble seen(Side side, JedisException failure) {
    RedisTrouble trouble = RedisTrouble.of(failure);
    boolean isNew;
    lock.lock();
    try {
      Lasting one = lasting.get(trouble);
      isNew = one == null;
      if (one == null) {
        one = new Lasting();
        lasting.put(trouble, one);
      }
      one.sides.add(side);
      one.seenNanos = System.nanoTime();
      if (trouble.cure() == RedisTrouble.Cure.NONE
          && one.seenNanos - one.loggedNanos >= REMINDER_NANOS) {
        one.loggedNanos = one.seenNanos;
        isNew = true;
      }
      sumUp();
    } finally {
      lock.unlock();
    }
    Level level = trouble == RedisTrouble.UNEXPECTED ? Level.ERROR : Level.WARNING;
    LOG.log(
        isNew ? level : Level.DEBUG,
        "{0} {1}: {2}",
        address,
        trouble.text(),
        RedisReply.reason(failure));
    return trouble;
  }

  /** Notes that a connection was made and works: what dialling cures is over on this side. */
  void connected(Side side) {
    end(RedisTrouble.Cure.DIAL, side, 0);
  }

  /** Notes that a write would be taken. */
  void takesWrites() {
    end(RedisTrouble.Cure.WAIT_FOR_WRITES, Side.COMMANDS, QUIET_NANOS);
  }

  /** Notes that the side has every right that it needs. */
  void hasRights(Side side) {
    end(RedisTrouble.Cure.WAIT_FOR_RIGHTS, side, 0);
  }

  private void end(RedisTrouble.Cure cure, Side side, long quietNanos) {
    if (lasting.isEmpty()) {
      return;
    }
    Map<RedisTrouble, Duration> over = new EnumMap<>(RedisTrouble.class);
    lock.lock();
    try {
      long now = System.nanoTime();
      lasting.forEach(
          (trouble, one) -> {
            if (trouble.cure() == cure && now - one.seenNanos >= quietNanos) {
              one.sides.remove(side);
              if (one.sides.isEmpty()) {
                over.put(trouble, Duration.ofNanos(now - one.beganNanos));
              }
            }
          });
      lasting.keySet().removeAll(over.keySet());
      sumUp();
    } finally {
      lock.unlock();
    }
    over.forEach(
        (trouble, time) ->
            LOG.log(
                Level.WARNING,
                "{0} works again; \"{2}\" lasted {1} s",
                address,
                "" + Math.max(1, time.toSeconds()),
                trouble.text()));
  }

  private void sumUp() {
    refusesWrites = lasting.keySet().stream().anyMatch(RedisTroubles::isOfWrites);
    lacksRights = lasting.containsKey(RedisTrouble.NOPERM);
  }

  private static boolean isOfWrites(RedisTrouble trouble) {
    return trouble.cure() == RedisTrouble.Cure.WAIT_FOR_WRITES;
  }

  /** Says whether writes were refused lately. Does not block. */
  boolean refusesWrites() {
    return refusesWrites;
  }

  /** Says whether a right was found missing. Does not block. */
  boolean lacksRights() {
    return lacksRights;
  }
}
