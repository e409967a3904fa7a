package agentcore.core.connection;

import agentcore.core.message.CloseCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Pings silent connections, and closes those that stay silent, are stuck, or have an expired token.
 * One thread checks all connections, so none needs a timer of its own, which would outlive it.
 */
public final class Heartbeat {
  private static final long MAX_PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private final ConnectionRegistry registry;
  private final long intervalNanos;
  private final long timeoutNanos;
  private final InstantSource clock;
  private final byte[] pingFrame = Frame.ping();

  /**
   * Creates a heartbeat.
   *
   * @param interval the silence after which a connection is pinged
   * @param timeout the silence after which a connection is closed, and the time after which one is
   *     closed that does not accept the data that waits for it
   */
  public Heartbeat(
      ConnectionRegistry registry, Duration interval, Duration timeout, InstantSource clock) {
    this.registry = registry;
    this.intervalNanos = interval.toNanos();
    this.timeoutNanos = timeout.toNanos();
    this.clock = clock;
  }

  /**
   * Returns the pause between two beats: several fit in each interval, and at least one in a
   * second.
   */
  public Duration period() {
    return Duration.ofNanos(Math.clamp(intervalNanos / 8, 1_000_000, MAX_PERIOD_NANOS));
  }

  /** Checks every connection once; one that fails does not affect the others. */
  public void beat() {
    Instant time = clock.instant();
    for (Connection connection : registry.all()) {
      try {
        check(connection, time);
      } catch (Throwable defect) {
        Safely.report("a heartbeat connection=" + connection, defect);
      }
    }
  }

  private void check(Connection connection, Instant time) {
    long silentNanos = connection.silentNanos();
    if (connection.liveness().isExpired(time)) {
      connection.close(CloseCode.BAD_TOKEN, "token expired");
    } else if (connection.isStuck(timeoutNanos)) {
      connection.overflow(false);
    } else if (silentNanos >= timeoutNanos) {
      connection.close(CloseCode.HEARTBEAT_TIMEOUT);
    } else if (connection.liveness().needsPing(intervalNanos)) {
      connection.liveness().pinged();
      connection.offerControl(pingFrame);
    }
  }
}
