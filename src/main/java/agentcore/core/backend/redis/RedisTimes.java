package agentcore.core.backend.redis;

import java.time.Duration;

/**
 * How often a server shows that it is alive, and after which silence something is given up.
 *
 * @param period between two renewals of the lease, and between two probes of the subscriber
 * @param lease after so long without a renewal other servers declare this one dead
 * @param probeTimeout after so long without a probe the subscriber connects again
 */
record RedisTimes(Duration period, Duration lease, Duration probeTimeout) {
  static final RedisTimes DEFAULT =
      new RedisTimes(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(3));
}
