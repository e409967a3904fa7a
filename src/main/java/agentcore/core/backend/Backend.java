package agentcore.core.backend;

/** The store that servers share. The package description is the contract. */
public interface Backend extends AutoCloseable {
  /** Returns the logs of the rooms. */
  Log log();

  /** Returns the members of the groups. */
  Presence presence();

  /** Returns the rooms. */
  Directory directory();

  /** Returns what is kept with the users. */
  Accounts accounts();

  /** Returns the token buckets of the rate limit. */
  TokenBuckets tokens();

  /**
   * Connects and starts the background work.
   *
   * @throws BackendException if the store cannot be reached or used
   */
  void start();

  /**
   * Returns whether entries and notices reached their subscribers within the last seconds. Does not
   * block.
   */
  boolean isDelivering();

  /**
   * Returns whether other servers can use the store, too, and continue when this server stops. If
   * not, a stop loses what is stored.
   */
  default boolean isShared() {
    return true;
  }

  /**
   * Returns how many parts of the store are away, while it delivers. What is stored there throws;
   * always 0 in memory. Does not block.
   */
  default int partsAway() {
    return 0;
  }

  /** Returns how many probes of the delivery have failed; always 0 in memory. Does not block. */
  default long probeFailures() {
    return 0;
  }

  /** Ends all work and gives this server's lease back. Idempotent. */
  @Override
  void close();
}
