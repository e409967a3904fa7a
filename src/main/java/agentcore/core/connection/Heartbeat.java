package agentcore.core.connection;

import agentcore.core.message.CloseCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;

/**
 * Pings silent connections, and closes those that stay silent, are stuck, or have an expired token.
 * One thread checks all connections several times in each interval, and at least once a second.
 * That needs no timer for each connection, which would outlive it.
 */
public final class Heartbeat implements AutoCloseable {
  private static final long MAX_PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private final ConnectionRegistry registry;
  private final long intervalNanos;
  private final long timeoutNanos;
  private final InstantSource clock;
  private final byte[] pingFrame = Frame.ping();
  private final Thread thread = Thread.ofVirtual().name("heartbeat").unstarted(this::run);
  private volatile boolean closed;

  /**
   * Creates a heartbeat, which {@link #start} starts.
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

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  private void run() {
    long periodNanos = Math.clamp(intervalNanos / 8, 1_000_000, MAX_PERIOD_NANOS);
    while (!closed) {
      LockSupport.parkNanos(periodNanos);
      Safely.run("a heartbeat", this::beat);
    }
  }

  /** Checks every connection once; one that fails does not affect the others. */
  void beat() {
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
    if (connection.isExpired(time)) {
      connection.close(CloseCode.BAD_TOKEN, "token expired");
    } else if (connection.isStuck(timeoutNanos)) {
      connection.overflow();
    } else if (silentNanos >= timeoutNanos) {
      connection.close(CloseCode.HEARTBEAT_TIMEOUT);
    } else if (connection.needsPing(intervalNanos)) {
      connection.ping(pingFrame);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
