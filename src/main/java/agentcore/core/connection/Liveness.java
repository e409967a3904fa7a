package agentcore.core.connection;

import java.util.function.LongSupplier;

/** Tracks how long a peer has been silent. Safe for all threads. */
final class Liveness {
  private final LongSupplier nanoTime;
  private volatile long heardNanos;
  private volatile long excusedNanos;
  private volatile long pingedNanos;

  Liveness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
    this.excusedNanos = heardNanos;
    this.pingedNanos = heardNanos;
  }

  void received() {
    heardNanos = nanoTime.getAsLong();
  }

  void pinged() {
    pingedNanos = nanoTime.getAsLong();
  }

  /** Restarts the time of silence: the peer could not send anything until now. */
  void excuse() {
    excusedNanos = nanoTime.getAsLong();
  }

  /** Returns how long the peer has been silent although it could have sent something. */
  long silentNanos() {
    long now = nanoTime.getAsLong();
    return Math.min(now - heardNanos, now - excusedNanos);
  }

  /** Says whether the peer was neither received from nor pinged for this interval. */
  boolean needsPing(long intervalNanos) {
    long now = nanoTime.getAsLong();
    return now - heardNanos >= intervalNanos && now - pingedNanos >= intervalNanos;
  }
}
