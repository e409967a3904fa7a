package agentcore.core.connection;

import agentcore.core.message.CloseCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;

/**
 * Pings silent connections, and closes those that stay silent, those whose peer takes nothing of
 * what waits for it, and those whose token has expired. One thread looks at all connections,
 * several times in each interval and at least once a second: that needs no timer for each, which
 * would outlive its connection.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Heartbeat.class.getName());
  private static final long MAX_PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private final ConnectionRegistry registry;
  private final long intervalNanos;
  private final long timeoutNanos;
  private final InstantSource clock;
  private final byte[] pingFrame = Frame.ping();
  private final Thread thread = Thread.ofVirtual().name("heartbeat").unstarted(this::run);
  private volatile boolean closed;

  /**
   * Makes a heartbeat.
   *
   * @param interval a connection silent for so long is pinged
   * @param timeout a connection silent for so long is closed, and one for which something waits and
   *     that takes nothing for so long
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
      try {
        beat();
      } catch (Throwable defect) {
        LOG.log(Level.ERROR, "a heartbeat failed", defect);
      }
    }
  }

  /** Looks at every connection once; one that fails does not affect the others. */
  void beat() {
    Instant time = clock.instant();
    for (Connection connection : registry.all()) {
      try {
        lookAt(connection, time);
      } catch (Throwable defect) {
        LOG.log(Level.ERROR, "a heartbeat failed connection=" + connection, defect);
      }
    }
  }

  private void lookAt(Connection connection, Instant time) {
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
