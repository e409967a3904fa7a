package agentcore.core.dispatch;

import agentcore.core.backend.TokenBuckets;
import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Message;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.Client;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Limits the rate of messages of each user, over all connections on all servers. A message needs a
 * token of this server's own bucket, which is enough while the backend does not answer, and one of
 * the bucket in the backend ({@link SharedBucket}), taken in advance.
 *
 * <p>Every frame costs a token, also an invalid one. Messages of the cheap types, which clients
 * send automatically, share a small bucket instead, and are dropped silently beyond it. A user who
 * is refused {@link #MAX_REFUSALS} times in a row is disconnected ({@code POLICY}).
 */
public final class RateLimitMiddleware implements Middleware {
  static final int MAX_REFUSALS = 100;
  private static final double CHEAP_PER_SECOND = 10;
  private static final double CHEAP_PER_NANO = CHEAP_PER_SECOND / 1e9;

  private final BucketMap<Allowance> byUser;
  private final TokenBuckets backend;
  private final TokenBuckets.Rate rate;
  private final Set<String> cheapTypes;
  private final LongAdder refused;
  private final LongAdder dropped;

  private final class Allowance implements BucketMap.Bucket {
    final SharedBucket messages;
    final TokenBucket cheap;
    int refusals;

    Allowance(String user, long nowNanos) {
      messages = SharedBucket.takenInAdvance(user, backend, rate, nowNanos);
      cheap = new TokenBucket(CHEAP_PER_SECOND, CHEAP_PER_NANO, nowNanos);
    }

    @Override
    public boolean isFull(long nowNanos) {
      return messages.isFull(nowNanos) && cheap.isFull(nowNanos);
    }

    @Override
    public boolean settle(long nowNanos) {
      return messages.settle(nowNanos) && cheap.isFull(nowNanos);
    }
  }

  /**
   * Creates a rate limit.
   *
   * @param backend the buckets that all servers share
   * @param rate the capacity of a bucket and how fast it fills
   * @param cheapTypes the message types that cost no token
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  public RateLimitMiddleware(
      TokenBuckets backend,
      TokenBuckets.Rate rate,
      Set<String> cheapTypes,
      LongSupplier nanoTime,
      Metrics metrics) {
    this.backend = backend;
    this.rate = rate;
    this.cheapTypes = Set.copyOf(cheapTypes);
    this.byUser = new BucketMap<>(nanoTime);
    this.refused = metrics.rateLimited.of("error");
    this.dropped = metrics.rateLimited.of("none");
  }

  @Override
  public Verdict check(Client client, Message message) {
    String user = client.user();
    return byUser.use(
        user,
        now -> new Allowance(user, now),
        (allowance, now) -> check(allowance, message.type(), now));
  }

  private Verdict check(Allowance allowance, String type, long nowNanos) {
    if (cheapTypes.contains(type)) {
      if (allowance.cheap.take(nowNanos).isEmpty()) {
        return Verdict.PASS;
      }
      dropped.increment();
      return Verdict.DROP;
    }
    Optional<Duration> wait = allowance.messages.take(nowNanos);
    if (wait.isEmpty()) {
      allowance.refusals = 0;
      return Verdict.PASS;
    }
    allowance.refusals++;
    refused.increment();
    ClientException refusal =
        new ClientException(ErrorCode.RATE_LIMIT_EXCEEDED, "Rate limit exceeded", wait);
    return allowance.refusals < MAX_REFUSALS
        ? new Verdict.Refuse(refusal)
        : new Verdict.Close(refusal, CloseCode.POLICY);
  }

  /** Gives back the user's tokens, since the client may connect to another server. */
  @Override
  public void disconnected(Client client) {
    byUser.settle(client.user());
  }

  int users() {
    return byUser.size();
  }
}
