package agentcore.core.transport;

import agentcore.core.connection.Connection;
import agentcore.core.message.CloseCode;
import agentcore.core.metrics.LimitedLog;
import java.lang.System.Logger;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Logs who connects, who leaves and why: one line each, limited in a flood. Addresses are the
 * client's, as reported by trusted proxies.
 */
final class ConnectionLog {
  private static final Logger LOG = System.getLogger(ConnectionLog.class.getName());

  private final LimitedLog opened = new LimitedLog(LOG, "opened connections");
  private final LimitedLog refused = new LimitedLog(LOG, "refused connections");
  private final LimitedLog closed = new LimitedLog(LOG, "closed connections");

  void opened(Connection connection, InetAddress address) {
    opened.info("opened connection={0} address={1}", connection, address.getHostAddress());
  }

  void refused(Connection connection, InetAddress address, CloseCode code, String reason) {
    refused.info(
        "refused connection={0} address={1} code={2} reason={3}",
        connection, address.getHostAddress(), String.valueOf(code.number()), reason);
  }

  void closed(Connection connection, InetAddress address, int code, Duration duration) {
    closed.info(
        "closed connection={0} address={1} code={2} seconds={3}",
        connection,
        address.getHostAddress(),
        String.valueOf(code),
        BigDecimal.valueOf(duration.toMillis(), 3).toPlainString());
  }
}
