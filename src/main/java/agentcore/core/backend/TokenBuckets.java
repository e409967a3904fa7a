package agentcore.core.backend;

import java.time.Duration;

/**
 * The buckets of tokens (one for each user, shared by all servers) that a rate limit is made of.
 *
 * <p>A server takes some in advance, so that a message costs no command of its own, and gives back
 * what it did not need.
 */
public interface TokenBuckets {
  /**
   * Takes tokens from a user's bucket. Waits for a tenth of a second at the most.
   *
   * @param tokens so many at the most; a negative number gives so many back
   * @throws BackendException where the store does not answer in time
   */
  Grant take(String user, int tokens, Rate rate);

  /**
   * How a bucket fills.
   *
   * @param capacity so many are in it when it is full, as at first
   * @param perSecond so many come in a second
   */
  record Rate(int capacity, double perSecond) {}

  /**
   * What was taken.
   *
   * @param tokens so many
   * @param delay until there is one; zero where some were taken
   */
  record Grant(int tokens, Duration delay) {}
}
