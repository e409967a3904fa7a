package agentcore.core.backend.redis;

import agentcore.core.backend.redis.cluster.Primary;
import agentcore.core.backend.redis.cluster.Router;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import redis.clients.jedis.Protocol.Command;

/**
 * Messages of this server to itself, through every primary. One that does not arrive shows that a
 * connection is dead, or that commands and messages go to different servers.
 */
final class Probes {
  private final Router router;

  /** A key of the primary that decides whether this server is ready. */
  private final String homeKey;

  private final AtomicLong failures = new AtomicLong();

  /** When the last round began; initialised far in the past, so that no probe is due at first. */
  private long roundNanos = System.nanoTime() - Duration.ofDays(10_000).toNanos();

  Probes(Router router, String homeKey) {
    this.router = router;
    this.homeKey = homeKey;
  }

  /** Closes silent connections, and counts a probe that has not arrived in time. */
  void check() {
    router.primaries().forEach(primary -> primary.messages().check());
    long now = System.nanoTime();
    if (age().toNanos() > now - roundNanos) { // a probe must arrive before the next is sent
      failures.incrementAndGet();
    }
    roundNanos = now;
  }

  /** Sends a probe through each primary. A Redis that only refuses writes delivers it. */
  void send() {
    for (Primary primary : router.primaries()) {
      primary.messages().probeChannel().ifPresent(channel -> send(primary, channel));
    }
  }

  private static void send(Primary primary, String channel) {
    long sentNanos = System.nanoTime();
    var unused =
        primary
            .commands()
            .submitHere(Command.SPUBLISH, channel, "1")
            .thenAccept(
                receivers -> {
                  if (receivers.equals(0L)) {
                    primary.messages().probeNotDelivered(sentNanos);
                  }
                });
  }

  /**
   * Returns the time since a probe arrived through the home primary; very long if none ever did.
   */
  Duration age() {
    return router.primary(homeKey).messages().probeAge();
  }

  /** Returns how many probes through the home primary did not arrive in time. */
  long failures() {
    return failures.get();
  }
}
