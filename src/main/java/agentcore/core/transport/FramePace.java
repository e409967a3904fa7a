package agentcore.core.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How fast one peer may send frames that are no messages: control frames, and the fragments of
 * messages. The rate limit counts messages only, and each of these frames costs as much to handle.
 *
 * <p>Each frame uses up a little time, and at most {@link #BURST_NANOS} may be used up ahead. Then
 * the reader waits, so the peer is slowed by TCP itself, and no other peer is. For one thread.
 */
final class FramePace {
  /** 100 control frames a second. A client needs one in an hour, or answers one in 30 s. */
  static final long CONTROL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** 10,000 fragments a second. */
  static final long FRAGMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The reader waits for at least so long, and then handles several frames: fewer wake-ups. */
  static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int CONTROL = 0x08;

  private final LongSupplier nanoTime;
  private final LongConsumer park;
  private long usedUntilNanos;

  FramePace() {
    this(System::nanoTime, LockSupport::parkNanos);
  }

  FramePace(LongSupplier nanoTime, LongConsumer park) {
    this.nanoTime = nanoTime;
    this.park = park;
    this.usedUntilNanos = nanoTime.getAsLong();
  }

  /**
   * Waits until a frame may be handled.
   *
   * @param first the first byte of the frame
   * @return whether it had to wait
   */
  boolean take(byte first) {
    long now = nanoTime.getAsLong();
    if (usedUntilNanos - now < 0) {
      usedUntilNanos = now;
    }
    usedUntilNanos += (first & CONTROL) == 0 ? FRAGMENT_NANOS : CONTROL_NANOS;
    long aheadNanos = usedUntilNanos - now;
    if (aheadNanos <= BURST_NANOS) {
      return false;
    }
    park.accept(aheadNanos - BURST_NANOS + STEP_NANOS);
    return true;
  }
}
