package agentcore.core.middleware;

import agentcore.core.connection.Connection;
import agentcore.core.connection.Safely;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import java.util.List;

/** The middleware in their order. Immutable. */
public final class Pipeline {
  private final List<Middleware> middleware;

  /** Makes a pipeline that asks them in this order. */
  public Pipeline(List<Middleware> middleware) {
    this.middleware = List.copyOf(middleware);
  }

  /** Returns the first verdict that stops the message, or {@link Verdict.Pass}. */
  public Verdict check(Connection connection, Message message) {
    for (Middleware each : middleware) {
      Verdict verdict = each.check(connection, message);
      if (verdict != Verdict.Pass.PASS) {
        return verdict;
      }
    }
    return Verdict.Pass.PASS;
  }

  /** Tells all of them how a message ended, even if one of them throws; never throws. */
  public void done(Connection connection, Message message, Outcome outcome, long nanos) {
    for (Middleware each : middleware) {
      try {
        each.done(connection, message, outcome, nanos);
      } catch (Throwable defect) {
        String request = Names.printable(message.id().orElse(""));
        Safely.report(
            "after a message, a middleware, " + ids(connection) + " request=" + request, defect);
      }
    }
  }

  /** Tells all of them that a connection has ended, even if one of them throws; never throws. */
  public void left(Connection connection) {
    for (Middleware each : middleware) {
      Safely.run(
          "after the end of a connection, a middleware, " + ids(connection),
          () -> each.left(connection));
    }
  }

  private static String ids(Connection connection) {
    return "connection=" + connection;
  }
}
