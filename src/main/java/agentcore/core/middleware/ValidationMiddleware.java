package agentcore.core.middleware;

import agentcore.core.connection.Connection;
import agentcore.core.message.Message;

/** Refuses what the serializer could not read as a request. */
public final class ValidationMiddleware implements Middleware {
  /** Makes it; it has no state. */
  public ValidationMiddleware() {}

  @Override
  public Verdict check(Connection connection, Message message) {
    return message.fault().<Verdict>map(Verdict.Refuse::new).orElse(Verdict.Pass.PASS);
  }
}
