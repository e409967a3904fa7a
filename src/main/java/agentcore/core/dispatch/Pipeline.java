package agentcore.core.dispatch;

import agentcore.core.connection.Safely;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import agentcore.core.metrics.LimitedLog;
import agentcore.core.middleware.Client;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import java.util.List;

/** Middleware in its order. Immutable. */
final class Pipeline {
  private static final LimitedLog FAILURES =
      new LimitedLog(System.getLogger(Pipeline.class.getName()), "middleware that failed");

  private final List<Middleware> middleware;

  Pipeline(List<Middleware> middleware) {
    this.middleware = List.copyOf(middleware);
  }

  /** Returns the first verdict other than {@link Verdict#PASS}. */
  Verdict check(Client client, Message message) {
    for (Middleware each : middleware) {
      Verdict verdict = each.check(client, message);
      if (!(verdict instanceof Verdict.Pass)) {
        return verdict;
      }
    }
    return Verdict.PASS;
  }

  /** Calls {@code done} on every middleware, even if one of them throws. */
  void done(Client client, Message message, Verdict verdict, long nanos) {
    for (Middleware each : middleware) {
      try {
        each.done(client, message, verdict, nanos);
      } catch (Throwable defect) {
        String request = Names.printable(message.id().orElse(""));
        String line = "Middleware.done failed" + connection(client) + " request=" + request;
        Safely.run("logging a failure", () -> FAILURES.error(line, defect)); // done never throws
      }
    }
  }

  /** Calls {@code disconnected} on every middleware, even if one of them throws. */
  void disconnected(Client client) {
    for (Middleware each : middleware) {
      Safely.run("Middleware.disconnected" + connection(client), () -> each.disconnected(client));
    }
  }

  private static String connection(Client client) {
    return " connection=" + Names.printable(client.channel());
  }
}
