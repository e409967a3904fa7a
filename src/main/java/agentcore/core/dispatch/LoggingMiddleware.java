package agentcore.core.dispatch;

import agentcore.core.message.Message;
import agentcore.core.message.Names;
import agentcore.core.middleware.Client;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Logs one line at DEBUG for each message: type, connection, request id, size, duration and
 * outcome, but never its contents. What the client wrote is made printable, so that it cannot forge
 * a line.
 */
public final class LoggingMiddleware implements Middleware {
  private static final Logger LOG = System.getLogger(LoggingMiddleware.class.getName());

  /** Creates the middleware. It has no state. */
  public LoggingMiddleware() {}

  @Override
  public Verdict check(Client client, Message message) {
    return Verdict.PASS;
  }

  @Override
  public void done(Client client, Message message, Verdict verdict, long nanos) {
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(
          Level.DEBUG,
          "message type={0} connection={1} request={2} chars={3} micros={4} outcome={5}",
          Names.printable(message.type()),
          Names.printable(client.channel()),
          Names.printable(message.id().orElse("")),
          String.valueOf(message.length()), // a number would be formatted for the locale
          String.valueOf(nanos / 1000),
          outcome(verdict));
    }
  }

  private static String outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Pass pass -> "ok";
      case Verdict.Drop drop -> "dropped";
      case Verdict.Refuse refuse -> refuse.reason().code().name();
      case Verdict.Close close -> close.reason().code().name();
    };
  }
}
