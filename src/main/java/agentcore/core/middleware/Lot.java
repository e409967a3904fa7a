package agentcore.core.middleware;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.TokenBuckets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tokens of one user that this server took in advance from the bucket that all servers share. Not
 * safe for several threads at once.
 */
final class Lot {
  /** Of a full bucket a server takes at most the tenth part at once: others want some too. */
  private static final int LOTS_IN_A_BUCKET = 10;

  /** A store that did not answer is left alone for so long. */
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String user;
  private final TokenBuckets store;
  private final TokenBuckets.Rate rate;
  private final LongSupplier nanoTime;
  private int tokens;
  private long refusedUntilNanos;
  private long awayUntilNanos;

  Lot(String user, TokenBuckets store, TokenBuckets.Rate rate, LongSupplier nanoTime) {
    this.user = user;
    this.store = store;
    this.rate = rate;
    this.nanoTime = nanoTime;
    this.refusedUntilNanos = nanoTime.getAsLong();
    this.awayUntilNanos = refusedUntilNanos;
  }

  /**
   * Takes a token, or says after which time there is one. Asks the store where there is none left
   * here; while it is away everyone passes.
   */
  Optional<Duration> take() {
    long now = nanoTime.getAsLong();
    if (tokens == 0 && now - awayUntilNanos >= 0 && now - refusedUntilNanos >= 0) {
      fill(now);
    }
    if (tokens > 0) {
      tokens--;
      return Optional.empty();
    }
    return now - awayUntilNanos < 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(refusedUntilNanos - now));
  }

  private void fill(long now) {
    try {
      int size = Math.max(1, rate.capacity() / LOTS_IN_A_BUCKET);
      TokenBuckets.Grant grant = store.take(user, size, rate);
      tokens = grant.tokens();
      refusedUntilNanos = now + grant.delay().toNanos();
    } catch (BackendException away) {
      awayUntilNanos = now + AWAY_NANOS;
    }
  }

  /** Gives back what is left. */
  void giveBack() {
    if (tokens > 0) {
      int left = tokens;
      tokens = 0;
      try {
        var unused = store.take(user, -left, rate);
      } catch (BackendException away) {
        // the bucket fills by itself
      }
    }
  }
}
