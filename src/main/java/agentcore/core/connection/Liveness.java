package agentcore.core.connection;

import java.util.function.LongSupplier;

/** When a peer was last heard, and what excuses its silence. Safe for all threads. */
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

  void heard() {
    heardNanos = nanoTime.getAsLong();
  }

  void pinged() {
    pingedNanos = nanoTime.getAsLong();
  }

  /** Notes that at this moment it is not the peer's doing that nothing is heard. */
  void excuse() {
    excusedNanos = nanoTime.getAsLong();
  }

  /** Returns how long nothing was heard without an excuse. */
  long silentNanos() {
    long now = nanoTime.getAsLong();
    return Math.min(now - heardNanos, now - excusedNanos);
  }

  /** Says whether the peer was neither heard nor pinged for so long. */
  boolean needsPing(long intervalNanos) {
    long now = nanoTime.getAsLong();
    return now - heardNanos >= intervalNanos && now - pingedNanos >= intervalNanos;
  }
}
