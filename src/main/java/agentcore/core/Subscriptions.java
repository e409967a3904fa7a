package agentcore.core;

import agentcore.core.connection.Safely;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The subscriptions of a server's program to rooms, which end with the server. Any thread. */
final class Subscriptions implements AutoCloseable {
  private final Set<RoomSubscription> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Starts a subscription.
   *
   * @throws IllegalStateException if the server is closed
   */
  RoomSubscription add(RoomSubscription subscription) {
    subscription.start();
    open.add(subscription);
    if (closed) { // close() may have missed it
      subscription.close();
      throw new IllegalStateException("the server is closed");
    }
    return subscription;
  }

  void remove(RoomSubscription subscription) {
    open.remove(subscription);
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(each -> Safely.run("ending a subscription", each::close));
  }
}
