package agentcore.core.backend;

import java.time.Duration;

/**
 * The token buckets of the rate limits, shared by all servers: one for each user, and those of
 * {@code Session.take}.
 *
 * <p>A server takes several tokens in advance, so that a message costs no command of its own, and
 * gives back what it did not use.
 */
public interface TokenBuckets {
  /**
   * Takes tokens from a bucket. Waits for a tenth of a second at most.
   *
   * @param user a user's id, or another name, which begins with a slash
   * @param tokens the maximum to take; a negative number gives tokens back
   * @throws BackendException if the store does not answer in time
   */
  Grant take(String user, int tokens, Rate rate);

  /**
   * How a bucket fills.
   *
   * @param capacity the tokens of a full bucket, which a new one is
   * @param perSecond the tokens added in a second
   */
  record Rate(int capacity, double perSecond) {}

  /**
   * The tokens that were taken.
   *
   * @param delay until there is a token; zero if some were taken
   */
  record Grant(int tokens, Duration delay) {}
}
