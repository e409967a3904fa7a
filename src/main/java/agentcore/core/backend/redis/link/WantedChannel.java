package agentcore.core.backend.redis.link;

import agentcore.core.backend.BackendException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A channel to which this server is subscribed. It belongs to one link at a time, which alone
 * delivers its messages: if its hash slot moves, messages that the former link still receives are
 * dropped and reported as missed.
 */
public final class WantedChannel {
  private final CompletableFuture<Object> confirmed = new CompletableFuture<>();
  private final ReentrantLock delivering = new ReentrantLock();
  private PubSubLink owner;

  /** Whether messages are lost until the next confirmation. Guarded by the lock of the owner. */
  private boolean isMissing;

  WantedChannel(PubSubLink owner) {
    this.owner = owner;
  }

  /**
   * Waits for the first confirmation.
   *
   * @throws BackendException if it does not come in time
   */
  void awaitConfirmed() {
    Object unused = Reply.await(confirmed.copy()); // a caller that gives up cancels only the copy
  }

  boolean isConfirmed() {
    return confirmed.isDone();
  }

  /** Gives the channel to a link, after the current delivery. */
  void giveTo(PubSubLink link) {
    delivering.lock();
    try {
      owner = link;
    } finally {
      delivering.unlock();
    }
    isMissing = true;
  }

  /** Notes that messages are lost until the next confirmation; none are before the first. */
  void missing() {
    isMissing |= isConfirmed();
  }

  /** Notes a confirmation and returns whether messages were lost before it. */
  boolean confirm() {
    boolean wasMissing = isMissing;
    isMissing = false;
    boolean unused = confirmed.complete(true);
    return wasMissing;
  }

  /** Runs a delivery, unless the channel belongs to another link by now. */
  void deliver(PubSubLink from, Runnable delivery) {
    delivering.lock();
    try {
      if (owner == from) {
        delivery.run();
      }
    } finally {
      delivering.unlock();
    }
  }
}
