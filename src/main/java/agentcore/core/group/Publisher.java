package agentcore.core.group;

import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.PublishResult;
import agentcore.core.metrics.Metrics;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Publishes events to the logs of rooms. Safe for all threads. */
public final class Publisher {
  private static final int RANDOM_BYTES = 12;

  private final Log log;
  private final Metrics metrics;

  /** A message id is a random prefix of this server and a number: cheaper than a random id each. */
  private final String idPrefix;

  private final AtomicLong idNumber = new AtomicLong();

  Publisher(Log log, Metrics metrics) {
    this.log = log;
    this.metrics = metrics;
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    this.idPrefix = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + '.';
  }

  /**
   * Begins to append an event to a room's log.
   *
   * @return to be called once: waits until the event is stored and the members here have it; throws
   *     {@link agentcore.core.backend.BackendException} if the store did not answer
   */
  public Supplier<PublishResult> publish(
      GroupMembership membership, String text, Optional<IdempotencyKey> key) {
    Group group = membership.group();
    long startedNanos = System.nanoTime();
    String id = idPrefix + Long.toHexString(idNumber.incrementAndGet());
    Supplier<PublishResult> result = log.submit(group.id(), group.position(), id, text, key);
    return () -> published(group, result.get(), startedNanos);
  }

  private PublishResult published(Group group, PublishResult result, long startedNanos) {
    metrics.publishDuration.record(System.nanoTime() - startedNanos);
    if (result.outcome() == PublishResult.Outcome.APPENDED) {
      if (group.follower().awaitDelivery(result.position())) {
        metrics.deliveryLag.record(System.nanoTime() - startedNanos);
      }
    }
    return result;
  }
}
