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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Limits the rate of messages of each user, over all connections on all servers. A message needs a
 * token of this server's own bucket, which is enough while the backend does not answer, and one of
 * the bucket in the backend.
 *
 * <p>Every frame costs a token, also an invalid one. Messages of the cheap types, which clients
 * send automatically, share a small bucket instead, and are dropped silently beyond it. A user who
 * is refused {@link #MAX_REFUSALS} times in a row is disconnected ({@code POLICY}).
 *
 * <p>A user's buckets are removed only when they are full, so that a reconnect gains nothing. There
 * are at most as many as users who sent something within the time that it takes to fill one.
 */
public final class RateLimitMiddleware implements Middleware {
  static final int MAX_REFUSALS = 100;
  private static final double CHEAP_PER_SECOND = 10;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ConcurrentHashMap<String, Allowance> byUser = new ConcurrentHashMap<>();
  private final TokenBuckets backend;
  private final TokenBuckets.Rate rate;
  private final Set<String> cheapTypes;
  private final LongSupplier nanoTime;
  private final AtomicLong sweptNanos;
  private final LongAdder refused;
  private final LongAdder dropped;

  private final class Allowance {
    final ReentrantLock lock = new ReentrantLock();
    final TokenBucket messages = bucket(rate.capacity(), rate.perSecond());
    final TokenBucket cheap = bucket(CHEAP_PER_SECOND, CHEAP_PER_SECOND);
    final TokenLease lease;
    int refusals;
    boolean removed;

    Allowance(String user) {
      lease = new TokenLease(user, backend, rate, nanoTime);
    }

    private TokenBucket bucket(double capacity, double perSecond) {
      return new TokenBucket(capacity, perSecond / NANOS_PER_SECOND, nanoTime.getAsLong());
    }

    Optional<Duration> take() {
      Optional<Duration> wait = messages.take(nanoTime.getAsLong());
      return wait.isEmpty() ? lease.take() : wait;
    }

    void giveBack() {
      lock.lock();
      try {
        lease.giveBack();
      } finally {
        lock.unlock();
      }
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
    this.nanoTime = nanoTime;
    this.sweptNanos = new AtomicLong(nanoTime.getAsLong());
    this.refused = metrics.rateLimited.of("error");
    this.dropped = metrics.rateLimited.of("none");
  }

  @Override
  public Verdict check(Client client, Message message) {
    sweepOnceASecond();
    while (true) {
      Allowance allowance = byUser.computeIfAbsent(client.user(), Allowance::new);
      allowance.lock.lock();
      try {
        if (!allowance.removed) {
          return check(allowance, message);
        }
      } finally {
        allowance.lock.unlock();
      }
    }
  }

  private Verdict check(Allowance allowance, Message message) {
    if (cheapTypes.contains(message.type())) {
      if (allowance.cheap.take(nanoTime.getAsLong()).isEmpty()) {
        return Verdict.PASS;
      }
      dropped.increment();
      return Verdict.DROP;
    }
    Optional<Duration> wait = allowance.take();
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
    Optional.ofNullable(byUser.get(client.user())).ifPresent(Allowance::giveBack);
  }

  private void sweepOnceASecond() {
    long now = nanoTime.getAsLong();
    long last = sweptNanos.get();
    if (now - last >= NANOS_PER_SECOND && sweptNanos.compareAndSet(last, now)) {
      List<Allowance> removed = new ArrayList<>();
      byUser.forEach(
          (user, allowance) -> {
            if (removeIfFull(user, allowance, now)) {
              removed.add(allowance);
            }
          });
      if (!removed.isEmpty()) { // on another thread, since each asks the backend
        Thread.ofVirtual().name("give-back").start(() -> removed.forEach(Allowance::giveBack));
      }
    }
  }

  private boolean removeIfFull(String user, Allowance allowance, long now) {
    if (!allowance.lock.tryLock()) {
      return false; // in use, and perhaps waiting for the backend
    }
    try {
      boolean full = allowance.messages.isFull(now) && allowance.cheap.isFull(now);
      allowance.removed |= full;
      return full && byUser.remove(user, allowance);
    } finally {
      allowance.lock.unlock();
    }
  }

  /** Returns the number of users with an allowance. */
  int users() {
    return byUser.size();
  }
}
