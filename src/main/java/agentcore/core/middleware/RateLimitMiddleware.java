package agentcore.core.middleware;

import agentcore.core.backend.TokenBuckets;
import agentcore.core.connection.Connection;
import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Message;
import agentcore.core.metrics.Counter;
import agentcore.core.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * So many messages in a time, for each user over all connections of that user on all servers: a
 * message must pass a bucket of this server, which decides alone while the store is away, and the
 * one that all share.
 *
 * <p>Every frame costs a token, an unreadable one too; but ping, pong and typing, which clients
 * send by themselves, share a small bucket of their own and are dropped in silence beyond it. A
 * user who goes on for {@link #MAX_REFUSALS} refusals in a row is closed ({@code POLICY}).
 *
 * <p>A bucket is forgotten only when it is full again, so that a reconnect buys nothing; so there
 * are at most as many as users who sent something within the time that it takes to fill one.
 */
public final class RateLimitMiddleware implements Middleware {
  static final int MAX_REFUSALS = 100;
  private static final Set<String> SMALL_TALK =
      Set.of("ping", "pong", "typing_start", "typing_stop");
  private static final double SMALL_TALK_PER_SECOND = 10;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ConcurrentHashMap<String, Allowance> byUser = new ConcurrentHashMap<>();
  private final AtomicLong sweptNanos;
  private final TokenBuckets store;
  private final TokenBuckets.Rate rate;
  private final LongSupplier nanoTime;
  private final Counter refused;
  private final Counter dropped;

  private final class Allowance {
    final ReentrantLock lock = new ReentrantLock();
    final TokenBucket messages =
        new TokenBucket(rate.capacity(), rate.perSecond() / NANOS_PER_SECOND, nanoTime.getAsLong());
    final Lot lot;
    final TokenBucket smallTalk =
        new TokenBucket(
            SMALL_TALK_PER_SECOND, SMALL_TALK_PER_SECOND / NANOS_PER_SECOND, nanoTime.getAsLong());
    int refusals;
    boolean forgotten;

    Allowance(String user) {
      lot = new Lot(user, store, rate, nanoTime);
    }

    Optional<Duration> take() {
      Optional<Duration> wait = messages.take(nanoTime.getAsLong());
      return wait.isEmpty() ? lot.take() : wait;
    }

    void giveBack() {
      lock.lock();
      try {
        lot.giveBack();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Makes a rate limit.
   *
   * @param store where the users' buckets are
   * @param rate how they fill
   */
  public RateLimitMiddleware(
      TokenBuckets store, TokenBuckets.Rate rate, LongSupplier nanoTime, Metrics metrics) {
    this.store = store;
    this.rate = rate;
    this.nanoTime = nanoTime;
    this.refused = metrics.rateLimited.of("error");
    this.dropped = metrics.rateLimited.of("none");
    this.sweptNanos = new AtomicLong(nanoTime.getAsLong());
  }

  @Override
  public Verdict check(Connection connection, Message message) {
    sweepSometimes();
    while (true) {
      Allowance allowance = byUser.computeIfAbsent(connection.user(), Allowance::new);
      allowance.lock.lock();
      try {
        if (!allowance.forgotten) {
          return check(allowance, message);
        }
      } finally {
        allowance.lock.unlock();
      }
    }
  }

  private Verdict check(Allowance allowance, Message message) {
    if (SMALL_TALK.contains(message.type())) {
      if (allowance.smallTalk.take(nanoTime.getAsLong()).isEmpty()) {
        return Verdict.Pass.PASS;
      }
      dropped.increment();
      return Verdict.Drop.DROP;
    }
    Optional<Duration> wait = allowance.take();
    if (wait.isEmpty()) {
      allowance.refusals = 0;
      return Verdict.Pass.PASS;
    }
    allowance.refusals++;
    refused.increment();
    ClientException refusal =
        new ClientException(ErrorCode.RATE_LIMIT_EXCEEDED, "Rate limit exceeded", wait);
    return allowance.refusals < MAX_REFUSALS
        ? new Verdict.Refuse(refusal)
        : new Verdict.Close(refusal, CloseCode.POLICY);
  }

  /** Whoever goes perhaps goes to another server, and wants the tokens there. */
  @Override
  public void left(Connection connection) {
    Optional.ofNullable(byUser.get(connection.user())).ifPresent(Allowance::giveBack);
  }

  /** Once a second, by whoever comes along, forgets the full buckets. */
  private void sweepSometimes() {
    long now = nanoTime.getAsLong();
    long last = sweptNanos.get();
    if (now - last >= NANOS_PER_SECOND && sweptNanos.compareAndSet(last, now)) {
      List<Allowance> forgotten = new ArrayList<>();
      byUser.forEach(
          (user, allowance) -> {
            if (forgetIfFull(user, allowance, now)) {
              forgotten.add(allowance);
            }
          });
      if (!forgotten.isEmpty()) { // the store is asked for each, and this message does not wait
        Thread.ofVirtual().name("give-back").start(() -> forgotten.forEach(Allowance::giveBack));
      }
    }
  }

  private boolean forgetIfFull(String user, Allowance allowance, long now) {
    if (!allowance.lock.tryLock()) {
      return false; // in use, and perhaps waiting for the store
    }
    try {
      boolean full = allowance.messages.isFull(now) && allowance.smallTalk.isFull(now);
      allowance.forgotten |= full;
      return full && byUser.remove(user, allowance);
    } finally {
      allowance.lock.unlock();
    }
  }

  /** Returns how many users are remembered. */
  int remembered() {
    return byUser.size();
  }
}
