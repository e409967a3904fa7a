package agentcore.core.dispatch;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.TokenBuckets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tokens of one user that this server took in advance from the bucket in the backend, which all
 * servers share. Not safe for concurrent use.
 */
final class TokenLease {
  /** A lease is at most a tenth of a full bucket, to leave tokens for other servers. */
  private static final int LEASES_PER_BUCKET = 10;

  /** The pause before a backend that did not answer is asked again. */
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String user;
  private final TokenBuckets backend;
  private final TokenBuckets.Rate rate;
  private final LongSupplier nanoTime;
  private int tokens;
  private long refusedUntilNanos;
  private long awayUntilNanos;

  TokenLease(String user, TokenBuckets backend, TokenBuckets.Rate rate, LongSupplier nanoTime) {
    this.user = user;
    this.backend = backend;
    this.rate = rate;
    this.nanoTime = nanoTime;
    this.refusedUntilNanos = nanoTime.getAsLong();
    this.awayUntilNanos = refusedUntilNanos;
  }

  /**
   * Takes a token, or returns the time until there is one. Asks the backend if the lease is used
   * up. While the backend does not answer, every message passes.
   */
  Optional<Duration> take() {
    long now = nanoTime.getAsLong();
    if (tokens == 0 && now - awayUntilNanos >= 0 && now - refusedUntilNanos >= 0) {
      renew(now);
    }
    if (tokens > 0) {
      tokens--;
      return Optional.empty();
    }
    return now - awayUntilNanos < 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(refusedUntilNanos - now));
  }

  private void renew(long now) {
    try {
      int size = Math.max(1, rate.capacity() / LEASES_PER_BUCKET);
      TokenBuckets.Grant grant = backend.take(user, size, rate);
      tokens = grant.tokens();
      refusedUntilNanos = now + grant.delay().toNanos();
    } catch (BackendException away) {
      awayUntilNanos = now + AWAY_NANOS;
    }
  }

  /** Returns the remaining tokens to the backend. */
  void giveBack() {
    if (tokens > 0) {
      int left = tokens;
      tokens = 0;
      try {
        var unused = backend.take(user, -left, rate);
      } catch (BackendException away) {
        // the bucket refills by itself
      }
    }
  }
}
