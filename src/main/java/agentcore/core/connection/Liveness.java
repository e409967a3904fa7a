package agentcore.core.connection;

import java.time.Instant;
import java.util.function.LongSupplier;

/** When a peer was heard, and until when it may be connected. Safe for all threads. */
public final class Liveness {
  private final LongSupplier nanoTime;
  private volatile long heardNanos;
  private volatile long excusedNanos;
  private volatile long pingedNanos;
  private volatile Instant expiry = Instant.MAX;

  Liveness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
    this.excusedNanos = heardNanos;
    this.pingedNanos = heardNanos;
  }

  /** Sets when the peer's token expires. */
  public void expireAt(Instant time) {
    expiry = time;
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(expiry);
  }

  /** Notes that the peer sent something, or could not send yet. */
  public void received() {
    heardNanos = nanoTime.getAsLong();
  }

  void pinged() {
    pingedNanos = nanoTime.getAsLong();
  }

  /** Restarts the time of silence, for a peer that was not heard for a reason of this server. */
  void excuse() {
    excusedNanos = nanoTime.getAsLong();
  }

  /** Returns how long the peer has been silent although it could have sent something. */
  long silentNanos() {
    long now = nanoTime.getAsLong();
    return Math.min(now - heardNanos, now - excusedNanos);
  }

  /** Tests whether the peer was not heard, and no ping was sent, for this interval. */
  boolean needsPing(long intervalNanos) {
    long now = nanoTime.getAsLong();
    return now - heardNanos >= intervalNanos && now - pingedNanos >= intervalNanos;
  }
}
