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
 * the reader waits, so the peer is slowed by TCP itself, and no other peer is. A peer that goes on
 * without a pause is to be closed: while its frames wait, nobody sees whether it is still there.
 * For one thread.
 */
final class FramePace {
  /** 100 control frames a second. A client needs one in an hour, or answers one in 30 s. */
  static final long CONTROL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** 10,000 fragments a second. */
  static final long FRAGMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The reader waits for at least so long, and then handles several frames: fewer wake-ups. */
  static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** After so many waits without a pause, five seconds, it is enough. */
  static final int MAX_WAITS = 50;

  private static final int CONTROL = 0x08;

  private final LongSupplier nanoTime;
  private final LongConsumer park;
  private long usedUntilNanos;
  private int waits;

  /** What became of a frame. */
  enum Outcome {
    AT_ONCE,
    WAITED,
    /** The peer did not slow down. */
    TOO_MANY
  }

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
   */
  Outcome take(byte first) {
    long now = nanoTime.getAsLong();
    if (usedUntilNanos - now < 0) {
      usedUntilNanos = now;
      waits = 0;
    }
    usedUntilNanos += (first & CONTROL) == 0 ? FRAGMENT_NANOS : CONTROL_NANOS;
    long aheadNanos = usedUntilNanos - now;
    if (aheadNanos <= BURST_NANOS) {
      return Outcome.AT_ONCE;
    }
    if (++waits > MAX_WAITS) {
      return Outcome.TOO_MANY;
    }
    park.accept(aheadNanos - BURST_NANOS + STEP_NANOS);
    return Outcome.WAITED;
  }
}
