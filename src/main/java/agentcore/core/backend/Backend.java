package agentcore.core.backend;

/**
 * The store that servers share: logs, memberships and the room directory. It moves text and knows
 * nothing of sockets. Safe for all threads.
 *
 * <p>Invariants, which the contract test holds every implementation to:
 *
 * <ol>
 *   <li>all subscribers of a log hear the same entries in the same order;
 *   <li>seq grows by one within an epoch;
 *   <li>an idempotent publish appends at most once;
 *   <li>a receipt means: it is in the log.
 * </ol>
 */
public interface Backend extends AutoCloseable {
  /** Returns the logs of the rooms. */
  Log log();

  /** Returns who is in which group. */
  Presence presence();

  /** Returns which rooms there are. */
  Directory directory();

  /** Returns the tokens of which a rate limit is made. */
  TokenBuckets tokens();

  /**
   * Begins to work.
   *
   * @throws BackendException where the store cannot be reached
   */
  void start();

  /**
   * Says whether what is published reaches its subscribers, as far as was seen lately. Asks nobody
   * and does not block.
   */
  boolean isDelivering();

  /** Returns how many rounds of probing have failed; a store in memory needs no probe. */
  default long probeFailures() {
    return 0;
  }

  /** Ends all work; idempotent. */
  @Override
  void close();
}
