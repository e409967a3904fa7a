package agentcore.core.dispatch;

import agentcore.core.message.Message;
import agentcore.core.middleware.Client;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;

/** Refuses messages that are not valid requests. */
public final class ValidationMiddleware implements Middleware {
  /** Creates the middleware. It has no state. */
  public ValidationMiddleware() {}

  @Override
  public Verdict check(Client client, Message message) {
    return message.fault().<Verdict>map(Verdict.Refuse::new).orElse(Verdict.PASS);
  }
}
