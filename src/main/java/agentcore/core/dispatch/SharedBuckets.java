package agentcore.core.dispatch;

import agentcore.core.backend.TokenBuckets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The token buckets that handlers use to limit what users do, one for each name, shared by all
 * servers. Safe for all threads.
 */
public final class SharedBuckets {
  /** No user id contains it, so no bucket is that of a user's rate limit. */
  private static final String PREFIX = "/";

  private final BucketMap<SharedBucket> buckets;
  private final TokenBuckets backend;

  /**
   * Creates full buckets.
   *
   * @param backend the buckets that all servers share
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  public SharedBuckets(TokenBuckets backend, LongSupplier nanoTime) {
    this.buckets = new BucketMap<>(nanoTime);
    this.backend = backend;
  }

  /**
   * Takes a token from a bucket, or returns the time until there is one. May wait for the backend,
   * for a tenth of a second at most.
   *
   * @param rate always the same for one name
   */
  Optional<Duration> take(String name, TokenBuckets.Rate rate) {
    return buckets.use(
        name,
        now -> SharedBucket.paidAfterwards(PREFIX + name, backend, rate, now),
        SharedBucket::take);
  }

  int size() {
    return buckets.size();
  }
}
