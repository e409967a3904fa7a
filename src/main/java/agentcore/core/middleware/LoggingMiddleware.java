package agentcore.core.middleware;

import agentcore.core.connection.Connection;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * One line for each message at DEBUG: type, connection, request id, size, duration, outcome. Never
 * contents; and a type is the client's word, so what could forge a line is taken out of it.
 */
public final class LoggingMiddleware implements Middleware {
  private static final Logger LOG = System.getLogger(LoggingMiddleware.class.getName());

  /** Makes it; it has no state. */
  public LoggingMiddleware() {}

  @Override
  public Verdict check(Connection connection, Message message) {
    return Verdict.Pass.PASS;
  }

  @Override
  public void done(Connection connection, Message message, Outcome outcome, long nanos) {
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(
          Level.DEBUG,
          "message type={0} connection={1} request={2} chars={3} micros={4} outcome={5}",
          Names.printable(message.type()),
          connection,
          Names.printable(message.id().orElse("")),
          String.valueOf(message.length()), // a number would be formatted for the locale
          String.valueOf(nanos / 1000),
          outcome);
    }
  }
}
