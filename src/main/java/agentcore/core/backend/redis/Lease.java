package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntConsumer;

/**
 * This server's lease, under which its memberships are valid, and what it knows of the leases of
 * others. A lease that is not renewed for {@code duration} is void: its server counts as dead.
 *
 * <p>A server declares another dead only after it could renew its own lease for a whole duration
 * without a break: while Redis was away, refused writes or stalled, the other could not renew
 * either.
 */
final class Lease {
  private static final int NO_NUMBER = -1;

  private final Router router;
  private final Keys keys;
  private final Duration duration;
  private final IntConsumer onNumber;
  private final long startNanos = System.nanoTime();
  private volatile String server = newServer();
  private volatile Set<String> dead = Set.of();
  private volatile boolean held;
  private volatile long renewedNanos = startNanos;

  /** When a renewal last failed or was late; initialised too far in the past to matter. */
  private volatile long brokenNanos;

  private boolean wasHeld;
  private int number = NO_NUMBER;
  private long renewedMillis;
  private long requests;

  /**
   * Creates a lease that is not held.
   *
   * @param onNumber receives this server's number, the lowest that no other living server has, when
   *     it changes
   */
  Lease(Router router, Keys keys, Duration duration, IntConsumer onNumber) {
    this.router = router;
    this.keys = keys;
    this.duration = duration;
    this.onNumber = onNumber;
    this.brokenNanos = startNanos - duration.toNanos() - 1;
  }

  /** Returns this server's id, which changes after other servers have declared it dead. */
  String server() {
    return server;
  }

  /** Returns the servers whose lease is void and whose members may still be there. */
  Set<String> dead() {
    return dead;
  }

  /**
   * Returns whether the lease was renewed recently. Otherwise other servers may have declared this
   * one dead, which the next renewal will show.
   */
  boolean isHeld() {
    return held && System.nanoTime() - renewedNanos < duration.toNanos() / 2;
  }

  /** Returns whether no server can have removed this server's memberships. */
  boolean isSteady() {
    return isHeld() && isOlderThanLease(brokenNanos);
  }

  /**
   * Renews the lease. Called by one thread.
   *
   * @return whether others had declared this server dead; it has a new id now
   * @throws BackendException if the lease was not renewed
   */
  boolean renew() {
    List<?> reply = requestRenewal();
    long now = (Long) reply.get(2);
    if (wasHeld && Math.abs(now - renewedMillis) > duration.toMillis() / 2) {
      brokenNanos = System.nanoTime(); // this server stalled, or the clock of Redis was set
    }
    renewedMillis = now;
    boolean canJudge =
        isOlderThanLease(startNanos)
            && isOlderThanLease(brokenNanos)
            && link().connectedFor().compareTo(duration) > 0;
    dead = canJudge ? Set.copyOf(Reply.texts(reply.get(1))) : Set.of();
    boolean wasRemoved = wasHeld && reply.get(0).equals(0L);
    if (wasRemoved) {
      server = newServer();
      reply = requestRenewal();
    }
    wasHeld = true;
    renewedNanos = System.nanoTime();
    held = true;
    return wasRemoved;
  }

  private CommandLink link() {
    return router.primary(keys.servers()).commands();
  }

  private boolean isOlderThanLease(long nanos) {
    return System.nanoTime() - nanos > duration.toNanos();
  }

  private List<?> requestRenewal() {
    List<?> reply;
    try {
      reply =
          checked(
              router.call(
                  Scripts.RENEW,
                  List.of(keys.servers(), keys.numbers()),
                  server,
                  duration.toMillis(),
                  number,
                  ++requests));
    } catch (BackendException refused) {
      held = false;
      brokenNanos = System.nanoTime();
      throw refused;
    }
    link().clock().set((long) (Long) reply.get(2));
    int before = number;
    number = ((Long) reply.get(3)).intValue();
    if (number != before) {
      onNumber.accept(number);
    }
    return reply;
  }

  /**
   * Checks that the reply belongs to this request. If it does not, bytes were lost or added between
   * here and Redis, and every later reply on this connection would go to the wrong request too.
   */
  private List<?> checked(Object reply) {
    if (reply instanceof List<?> fields
        && !fields.isEmpty()
        && Reply.text(fields.getLast()).equals(String.valueOf(requests))) {
      return fields;
    }
    link().reconnect();
    throw new BackendException("Redis replied to another request: the connection is closed");
  }

  private static String newServer() {
    return UUID.randomUUID().toString();
  }
}
