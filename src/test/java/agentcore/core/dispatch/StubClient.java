package agentcore.core.dispatch;

import agentcore.core.middleware.Client;
import java.util.concurrent.atomic.AtomicInteger;

/** A client without a connection. */
record StubClient(String user, String channel) implements Client {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  static StubClient of(String user) {
    return new StubClient(user, user + "/" + NUMBER.incrementAndGet());
  }
}
