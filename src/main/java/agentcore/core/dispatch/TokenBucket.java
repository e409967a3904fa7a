package agentcore.core.dispatch;

import java.time.Duration;
import java.util.Optional;

/**
 * A token bucket with fractional refill on a monotonic clock. Not safe for concurrent use.
 *
 * <p>Source: J. Turner, "New Directions in Communications", IEEE Communications Magazine, 1986.
 */
final class TokenBucket {
  private final double capacity;
  private final double tokensPerNano;
  private double tokens;
  private long filledNanos;

  /** Creates a full bucket. */
  TokenBucket(double capacity, double tokensPerNano, long nowNanos) {
    this.capacity = capacity;
    this.tokensPerNano = tokensPerNano;
    this.tokens = capacity;
    this.filledNanos = nowNanos;
  }

  /** Takes a token, or returns the time until there is one. */
  Optional<Duration> take(long nowNanos) {
    fill(nowNanos);
    if (tokens >= 1) {
      tokens -= 1;
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos((long) Math.ceil((1 - tokens) / tokensPerNano)));
  }

  boolean isFull(long nowNanos) {
    fill(nowNanos);
    return tokens >= capacity;
  }

  private void fill(long nowNanos) {
    tokens = Math.min(capacity, tokens + (nowNanos - filledNanos) * tokensPerNano);
    filledNanos = nowNanos;
  }
}
