package agentcore.core.transport;

import agentcore.core.connection.Connection;
import java.lang.System.Logger;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Tells an operator who connects, who leaves and why: one line each, under floods a part of them.
 * Names come from clients, and are logged without white space and control characters.
 */
final class ConnectionLog {
  private static final Logger LOG = System.getLogger(ConnectionLog.class.getName());

  private final LimitedLog opened = new LimitedLog(LOG, "opened connections");
  private final LimitedLog refused = new LimitedLog(LOG, "refused connections");
  private final LimitedLog closed = new LimitedLog(LOG, "closed connections");

  /**
   * Tells that a user has connected.
   *
   * @param address the client's, as trusted proxies tell it
   */
  void opened(Connection connection, InetAddress address) {
    opened.info("opened connection={0} address={1}", connection, address.getHostAddress());
  }

  /** Tells that a WebSocket is closed since it may not be this user's. */
  void refused(Connection connection, InetAddress address, Gate.Refusal refusal) {
    refused.info(
        "refused connection={0} address={1} code={2} reason={3}",
        connection,
        address.getHostAddress(),
        String.valueOf(refusal.code().number()),
        refusal.reason());
  }

  /** Tells that a user's connection has ended. */
  void closed(Connection connection, InetAddress address, int code, Duration duration) {
    closed.info(
        "closed connection={0} address={1} code={2} seconds={3}",
        connection,
        address.getHostAddress(),
        String.valueOf(code),
        BigDecimal.valueOf(duration.toMillis(), 3).toPlainString());
  }
}
