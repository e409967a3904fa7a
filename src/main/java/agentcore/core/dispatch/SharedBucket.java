package agentcore.core.dispatch;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.TokenBuckets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * This server's part of a bucket that all servers share. Lets a tenth of a full bucket pass before
 * it takes those tokens from the backend, so most calls do not wait for the backend, and a single
 * one never does. In return all servers together may exceed the bucket by a tenth for each server;
 * what the backend does not grant remains owed, so the rate is right.
 *
 * <p>Not safe for concurrent use.
 */
final class SharedBucket {
  private static final int CREDITS_PER_BUCKET = 10;

  /** The pause before a backend that did not answer is asked again. */
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final double NANOS_PER_SECOND = 1e9;

  private final String name;
  private final TokenBuckets backend;
  private final TokenBuckets.Rate rate;
  private final LongSupplier nanoTime;
  private final TokenBucket local;
  private final int credit;

  /** Tokens that passed here and were not taken from the backend yet; at most the credit. */
  private int owed;

  private long refusedUntilNanos;
  private long awayUntilNanos;

  SharedBucket(String name, TokenBuckets backend, TokenBuckets.Rate rate, LongSupplier nanoTime) {
    this.name = name;
    this.backend = backend;
    this.rate = rate;
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    this.local = new TokenBucket(rate.capacity(), rate.perSecond() / NANOS_PER_SECOND, now);
    this.credit = Math.max(1, rate.capacity() / CREDITS_PER_BUCKET);
    this.refusedUntilNanos = now;
    this.awayUntilNanos = now;
  }

  /**
   * Takes a token, or returns the time until there is one. Asks the backend if the credit is used
   * up. While the backend does not answer, this server's own bucket decides.
   */
  Optional<Duration> take() {
    long now = nanoTime.getAsLong();
    if (owed == credit) {
      pay(now);
    }
    if (owed == credit && !isAway(now)) {
      return Optional.of(Duration.ofNanos(Math.max(1, refusedUntilNanos - now)));
    }
    Optional<Duration> wait = local.take(now);
    if (wait.isEmpty() && owed < credit) {
      owed++;
    }
    return wait;
  }

  private boolean isAway(long now) {
    return now - awayUntilNanos < 0;
  }

  private void pay(long now) {
    if (owed == 0 || isAway(now) || now - refusedUntilNanos < 0) {
      return;
    }
    try {
      TokenBuckets.Grant grant = backend.take(name, owed, rate);
      owed -= grant.tokens();
      refusedUntilNanos = now + grant.delay().toNanos();
    } catch (BackendException away) {
      awayUntilNanos = now + AWAY_NANOS;
    }
  }

  boolean isFull() {
    return local.isFull(nanoTime.getAsLong());
  }

  /**
   * Takes the tokens from the backend that it is owed, and tests whether this bucket is no longer
   * needed: a new one would do the same.
   */
  boolean settle() {
    long now = nanoTime.getAsLong();
    pay(now);
    return local.isFull(now) && (owed == 0 || isAway(now));
  }
}
