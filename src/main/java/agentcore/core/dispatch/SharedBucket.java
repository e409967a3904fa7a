package agentcore.core.dispatch;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.TokenBuckets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * This server's part of a bucket that all servers share. It asks the backend for a tenth of a full
 * bucket at a time, so most calls do not wait for the backend.
 *
 * <p>The tokens are taken in advance, and what is left of them is given back; or they are paid
 * afterwards, so that a single call never waits. Then all servers together may exceed the bucket by
 * a tenth for each server; what the backend does not grant remains owed, so the rate is right.
 *
 * <p>Not safe for concurrent use.
 */
final class SharedBucket implements BucketMap.Bucket {
  private static final int PARTS = 10;

  /** The pause before a backend that did not answer is asked again. */
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final double NANOS_PER_SECOND = 1e9;

  private final String name;
  private final TokenBuckets backend;
  private final TokenBuckets.Rate rate;
  private final TokenBucket local;

  /** The tokens that are asked for at a time. */
  private final int part;

  /** The least balance; at this balance the backend is asked. */
  private final int floor;

  /** The tokens that were taken from the backend and did not pass yet; below 0 if some are owed. */
  private int balance;

  private long refusedUntilNanos;
  private long awayUntilNanos;

  private SharedBucket(
      String name, TokenBuckets backend, TokenBuckets.Rate rate, int credits, long nowNanos) {
    this.name = name;
    this.backend = backend;
    this.rate = rate;
    this.local = new TokenBucket(rate.capacity(), rate.perSecond() / NANOS_PER_SECOND, nowNanos);
    this.part = Math.max(1, rate.capacity() / PARTS);
    this.floor = -credits * part;
    this.refusedUntilNanos = nowNanos;
    this.awayUntilNanos = nowNanos;
  }

  static SharedBucket takenInAdvance(
      String name, TokenBuckets backend, TokenBuckets.Rate rate, long nowNanos) {
    return new SharedBucket(name, backend, rate, 0, nowNanos);
  }

  static SharedBucket paidAfterwards(
      String name, TokenBuckets backend, TokenBuckets.Rate rate, long nowNanos) {
    return new SharedBucket(name, backend, rate, 1, nowNanos);
  }

  /**
   * Takes a token, or returns the time until there is one. While the backend does not answer, this
   * server's own bucket decides.
   */
  Optional<Duration> take(long nowNanos) {
    if (balance == floor) {
      ask(part, nowNanos);
    }
    if (balance == floor && !isAway(nowNanos)) {
      return Optional.of(Duration.ofNanos(Math.max(1, refusedUntilNanos - nowNanos)));
    }
    Optional<Duration> wait = local.take(nowNanos);
    if (wait.isEmpty() && balance > floor) {
      balance--;
    }
    return wait;
  }

  private boolean isAway(long nowNanos) {
    return nowNanos - awayUntilNanos < 0;
  }

  /** Takes tokens from the backend, or gives a negative number back, unless it is too early. */
  private void ask(int tokens, long nowNanos) {
    if (isAway(nowNanos) || nowNanos - refusedUntilNanos < 0) {
      return;
    }
    try {
      TokenBuckets.Grant grant = backend.take(name, tokens, rate);
      balance += grant.tokens();
      refusedUntilNanos = nowNanos + grant.delay().toNanos();
    } catch (BackendException away) {
      awayUntilNanos = nowNanos + AWAY_NANOS;
    }
  }

  @Override
  public boolean isFull(long nowNanos) {
    return local.isFull(nowNanos);
  }

  @Override
  public boolean settle(long nowNanos) {
    if (balance != 0) {
      ask(-balance, nowNanos);
    }
    balance = Math.min(balance, 0); // a backend that is away may have received what was given back
    return isFull(nowNanos) && (balance == 0 || isAway(nowNanos));
  }
}
