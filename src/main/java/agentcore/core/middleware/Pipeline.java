package agentcore.core.middleware;

import agentcore.core.connection.Connection;
import agentcore.core.message.Message;
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

  /** Tells all of them how a message ended. */
  public void done(Connection connection, Message message, Outcome outcome, long nanos) {
    for (Middleware each : middleware) {
      each.done(connection, message, outcome, nanos);
    }
  }

  /** Tells all of them that a connection has ended. */
  public void left(Connection connection) {
    for (Middleware each : middleware) {
      each.left(connection);
    }
  }
}
