package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.redis.link.PubSubLink;
import agentcore.core.metrics.LimitedLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The channel of a group, and the group's subscribers on this server. One link at a time carries
 * it, and alone delivers its messages: if the hash slot moves, messages that the former link still
 * receives are dropped and reported as missed.
 *
 * <pre>{@code
 * REQUESTED --confirmed--> CONFIRMED --connected again, or moved--> MISSING
 *                            |   ^                                   |    ^
 *                            |   +------confirmed again: onGap-------+    |
 *                            |                                            |
 *                            +--ended by Redis--> TAKEN --requested again-+
 * }</pre>
 */
final class Subscription {
  private static final LimitedLog FAILURES =
      new LimitedLog(System.getLogger(Subscription.class.getName()), "subscribers that failed");

  private enum State {
    /** Never confirmed. */
    REQUESTED,
    /** Messages arrive, or nobody knows yet that the connection is lost. */
    CONFIRMED,
    /** Messages are lost until the next confirmation. */
    MISSING,
    /** Messages are lost: Redis has unsubscribed, since the slot moves. */
    TAKEN
  }

  /** Something to do with the subscription, or with each subscriber. */
  @FunctionalInterface
  interface Step<T> {
    void run(T target);
  }

  final GroupId group;
  final int slot;

  /** Changed under the lock of {@link Subscriptions}. */
  final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

  /** Completed by the first confirmation. */
  final CompletableFuture<Object> confirmed = new CompletableFuture<>();

  /** Held while a message of the link is delivered, and while the link or the state changes. */
  private final ReentrantLock delivering = new ReentrantLock();

  private volatile PubSubLink link;
  private volatile State state = State.REQUESTED;

  Subscription(GroupId group, int slot, PubSubLink link) {
    this.group = group;
    this.slot = slot;
    this.link = link;
  }

  /** Returns the link that carries the channel. */
  PubSubLink link() {
    return link;
  }

  /** Returns whether Redis has unsubscribed, so that this server must not. */
  boolean isTaken() {
    return state == State.TAKEN;
  }

  /** Runs a step unless another link carries the channel by now, and returns whether it ran. */
  boolean on(PubSubLink from, Step<Subscription> step) {
    delivering.lock();
    try {
      boolean isCarrier = link == from;
      if (isCarrier) {
        step.run(this);
      }
      return isCarrier;
    } finally {
      delivering.unlock();
    }
  }

  /** Notes a confirmation, and reports the gap before it. A step. */
  void confirm() {
    boolean hasGap = state == State.MISSING || state == State.TAKEN;
    state = State.CONFIRMED;
    boolean unused = confirmed.complete(true);
    if (hasGap) {
      each(Subscriber::onGap);
    }
  }

  /** Notes that messages are lost; none are before the first confirmation. A step. */
  void lose() {
    if (state != State.REQUESTED) {
      state = State.MISSING;
    }
  }

  /** Notes that Redis has unsubscribed. A step. */
  void take() {
    if (state != State.REQUESTED) {
      state = State.TAKEN;
    }
  }

  /** Lets a link carry the channel, and returns whether it has to be updated. */
  boolean moveTo(PubSubLink to) {
    delivering.lock();
    try {
      boolean isLost = link != to || isTaken();
      if (isLost) {
        link = to;
        lose();
      }
      return isLost;
    } finally {
      delivering.unlock();
    }
  }

  /** If one subscriber throws, the others are still called, and the link stays up. */
  void each(Step<Subscriber> step) {
    for (Subscriber subscriber : subscribers) {
      try {
        step.run(subscriber);
      } catch (Throwable defect) {
        FAILURES.error("a subscriber failed", defect);
      }
    }
  }
}
