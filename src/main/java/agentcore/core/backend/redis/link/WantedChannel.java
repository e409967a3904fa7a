package agentcore.core.backend.redis.link;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A channel to which this server is subscribed. It belongs to one link at a time, which alone
 * delivers its messages: if its hash slot moves, what the former link still receives is dropped,
 * and counts as missed.
 */
public final class WantedChannel {
  private final CompletableFuture<Boolean> confirmed = new CompletableFuture<>();
  private final ReentrantLock delivering = new ReentrantLock();
  private PubSubLink owner;

  /** Whether messages are lost until the next confirmation. Guarded by the lock of the owner. */
  private boolean isMissing;

  WantedChannel(PubSubLink owner) {
    this.owner = owner;
  }

  /** Returns a future that ends with the first confirmation. */
  CompletableFuture<Boolean> confirmed() {
    return confirmed;
  }

  /** Gives the channel to a link, after the delivery that is going on. */
  void giveTo(PubSubLink link) {
    delivering.lock();
    try {
      owner = link;
    } finally {
      delivering.unlock();
    }
    isMissing = true;
  }

  /** Notes that messages are lost until the next confirmation. */
  void missing() {
    isMissing = true;
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
